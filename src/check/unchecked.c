/* The names alone: nobody is asked for. */
#include "check/unchecked.h"

#define NAMED_MAX 10

static void add_stages(GPtrArray *names, const Policy *policy)
{
	for (guint i = 0; i < policy->chains->len; i++) {
		const Chain *chain = policy->chains->pdata[i];
		for (guint j = 0; j < chain->stages->len; j++)
			g_ptr_array_add(names, g_strdup_printf("chain %s stage %s", chain->name, ((const StageRule *)chain->stages->pdata[j])->name));
	}
}

static void add_administrations(GPtrArray *names, const Policy *policy)
{
	for (guint i = 0; i < policy->administrations->len; i++) {
		const Administration *administration = policy->administrations->pdata[i];
		if (administration->admins->len || administration->auditors->len)
			g_ptr_array_add(names, g_strdup_printf("administration %s", administration->name));
	}
}

char *unchecked_text(const Settings *settings, const Policy *policy)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) text = g_string_new(NULL);
	if (settings->role_admin->len)
		g_ptr_array_add(names, g_strdup("roles.admin"));
	if (settings->role_auditor->len)
		g_ptr_array_add(names, g_strdup("roles.auditor"));
	if (policy) {
		add_administrations(names, policy);
		add_stages(names, policy);
	}
	for (guint i = 0; i < MIN(names->len, NAMED_MAX); i++)
		g_string_append_printf(text, "%s%s", i ? ", " : "", (const char *)names->pdata[i]);
	if (names->len > NAMED_MAX)
		g_string_append_printf(text, " and %u more", names->len - NAMED_MAX);
	return names->len ? g_strdup(text->str) : NULL;
}
