/* Each question is passed on with a list of its own, so that what was searched is known even where no answer comes of it. */
#include "people/step_keeper.h"

static void keep_steps(StepKeeper *keeper, const GPtrArray *some, GPtrArray *steps)
{
	for (guint i = 0; i < some->len; i++) {
		g_ptr_array_add(keeper->tried, g_strdup(some->pdata[i]));
		if (steps)
			g_ptr_array_add(steps, g_strdup(some->pdata[i]));
	}
}

typedef gboolean (*Asking)(gpointer user_data, const char *argument, GPtrArray **people, GPtrArray *steps, GError **error);
static gboolean relay(StepKeeper *keeper, Asking asking, const char *argument, GPtrArray **people, GPtrArray *steps, GError **error)
{
	g_autoptr(GPtrArray) some = g_ptr_array_new_with_free_func(g_free);
	gboolean known = asking(keeper->people.user_data, argument, people, some, error);
	keep_steps(keeper, some, steps);
	return known;
}

static gboolean relay_user(gpointer keeper, const char *uid, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return relay(keeper, ((StepKeeper *)keeper)->people.user, uid, people, steps, error);
}

static gboolean relay_group(gpointer keeper, const char *name, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return relay(keeper, ((StepKeeper *)keeper)->people.group, name, people, steps, error);
}

static gboolean relay_mail(gpointer keeper, const char *address, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return relay(keeper, ((StepKeeper *)keeper)->people.mail, address, people, steps, error);
}

static gboolean relay_again(gpointer keeper, const char *directory_id, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return relay(keeper, ((StepKeeper *)keeper)->people.again, directory_id, people, steps, error);
}

static gboolean relay_lookup(gpointer user_data, const char *name, const SelectorContext *context, GPtrArray **people, GPtrArray *steps, GError **error)
{
	StepKeeper *keeper = user_data;
	g_autoptr(GPtrArray) some = g_ptr_array_new_with_free_func(g_free);
	gboolean known = keeper->people.lookup(keeper->people.user_data, name, context, people, some, error);
	keep_steps(keeper, some, steps);
	return known;
}

static gboolean relay_manager(gpointer user_data, const Person *person, GPtrArray **people, GPtrArray *steps, GError **error)
{
	StepKeeper *keeper = user_data;
	g_autoptr(GPtrArray) some = g_ptr_array_new_with_free_func(g_free);
	gboolean known = keeper->people.manager(keeper->people.user_data, person, people, some, error);
	keep_steps(keeper, some, steps);
	return known;
}

PeopleSource step_keeper_source(StepKeeper *keeper)
{
	return (PeopleSource){.user = relay_user, .group = relay_group, .mail = relay_mail, .again = relay_again, .lookup = relay_lookup,
	                      .manager = relay_manager, .takes_mail = keeper->people.takes_mail, .is_final = keeper->people.is_final, .user_data = keeper};
}
