/* Selectors are walked here, whoever answers: the same line of managers is climbed in the directory, in a file of people and in the tests. After something unknown the
 * rest is asked all the same, so that a source which gathers questions has as many of them as there are. */
#include "domain/resolve.h"

#include "base/error.h"
#include "domain/step.h"

#include <string.h>

/* A line of managers is followed no further than this; a loop ends it sooner. */
#define MAX_MANAGERS 20

GPtrArray *people_list_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
}

const char *person_label(const Person *person)
{
	return person->uid ? person->uid : person->mail ? person->mail : person->directory_id;
}

gboolean people_include(const GPtrArray *people, const Person *person)
{
	for (guint i = 0; i < people->len; i++)
		if (!g_strcmp0(((const Person *)people->pdata[i])->directory_id, person->directory_id))
			return TRUE;
	return FALSE;
}

gboolean people_are_same(const GPtrArray *a, const GPtrArray *b)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++)
		if (!people_include(b, a->pdata[i]))
			return FALSE;
	return TRUE;
}

static void list_add(GPtrArray *people, const Person *person)
{
	if (!people_include(people, person))
		g_ptr_array_add(people, person_copy(person));
}

/* The n-th manager above someone; a loop or the end of the line gives nobody. */
static gboolean climb(const PeopleSource *source, const Person *from, int levels, GPtrArray *found, GPtrArray *steps, GError **error)
{
	g_autoptr(GHashTable) visited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(Person) person = person_copy(from);
	for (int level = 0; level < MIN(levels, MAX_MANAGERS); level++) {
		g_autoptr(GPtrArray) managers = NULL;
		g_hash_table_add(visited, g_strdup(person->directory_id));
		if (!source->manager(source->user_data, person, &managers, steps, error))
			return FALSE;
		if (!managers->len || g_hash_table_contains(visited, ((const Person *)managers->pdata[0])->directory_id))
			return TRUE;
		person_free(person);
		person = person_copy(managers->pdata[0]);
	}
	list_add(found, person);
	return TRUE;
}

/* Whom managers are wanted of. What is remembered of an approver whom the source does not have says nothing of a manager: that is unknown, not nobody. */
static gboolean resolve_led(const PeopleSource *source, const Selector *selector, const SelectorContext *context, GPtrArray **people, GPtrArray *steps,
                            GError **error)
{
	const Person *approver = selector->type == SELECTOR_APPROVER ? context->approver : NULL;
	if (!approver || approver->manager_dn)
		return resolve_selector(source, selector, context, people, steps, error);
	g_autoptr(GPtrArray) answer = NULL;
	if (!source->again(source->user_data, approver->directory_id, &answer, steps, error))
		return FALSE;
	if (!answer->len && !source->is_final && !person_address_of_id(approver->directory_id)) {
		error_set(error, ERROR_UNAVAILABLE, "%s is not found, so nobody says who their manager is", person_label(approver));
		return FALSE;
	}
	*people = g_steal_pointer(&answer);
	return TRUE;
}

static gboolean resolve_managers(const PeopleSource *source, const Selector *selector, const SelectorContext *context, GPtrArray **people, GPtrArray *steps,
                                 GError **error)
{
	g_autoptr(GPtrArray) of = NULL;
	if (!resolve_led(source, selector->inner, context, &of, steps, error))
		return FALSE;
	g_autoptr(GPtrArray) found = people_list_new();
	gboolean known = TRUE;
	for (guint i = 0; i < of->len; i++)
		known = climb(source, of->pdata[i], selector->levels, found, steps, known ? error : NULL) && known;
	if (known)
		*people = g_steal_pointer(&found);
	return known;
}

static Person *person_of_address(const char *address)
{
	Person *person = person_new();
	person->directory_id = g_strdup_printf("mail:%s", address);
	person->mail = g_strdup(address);
	person->name = g_strdup(address);
	return person;
}

/* The source's answer, or where it knows nobody, `otherwise`. */
static GPtrArray *or_else(GPtrArray *answer, const Person *otherwise)
{
	if (answer->len)
		return answer;
	g_ptr_array_unref(answer);
	GPtrArray *people = people_list_new();
	list_add(people, otherwise);
	return people;
}

/* Someone who is written to by address alone: known to the source or not. */
static gboolean resolve_mail(const PeopleSource *source, const char *address, GPtrArray **people, GPtrArray *steps, GError **error)
{
	if (!source->mail(source->user_data, address, people, steps, error))
		return FALSE;
	g_autoptr(Person) stranger = person_of_address(address);
	*people = or_else(*people, stranger);
	return TRUE;
}

/* The approver as the source describes them now; as we know them where they are gone from it. */
static gboolean resolve_approver(const PeopleSource *source, const Person *approver, GPtrArray **people, GPtrArray *steps, GError **error)
{
	if (!approver) {
		*people = people_list_new();
		return TRUE;
	}
	if (!source->again(source->user_data, approver->directory_id, people, steps, error))
		return FALSE;
	*people = or_else(*people, approver);
	return TRUE;
}

gboolean resolve_selector(const PeopleSource *source, const Selector *selector, const SelectorContext *context, GPtrArray **people, GPtrArray *steps,
                          GError **error)
{
	switch (selector->type) {
	case SELECTOR_USER:
		return source->user(source->user_data, selector->argument, people, steps, error);
	case SELECTOR_GROUP:
		return source->group(source->user_data, selector->argument, people, steps, error);
	case SELECTOR_LOOKUP:
		return source->lookup(source->user_data, selector->argument, context, people, steps, error);
	case SELECTOR_MANAGER:
		return resolve_managers(source, selector, context, people, steps, error);
	case SELECTOR_MAIL:
		return resolve_mail(source, selector->argument, people, steps, error);
	case SELECTOR_APPROVER:
		break;
	}
	return resolve_approver(source, context->approver, people, steps, error);
}

/* What a selector came to. */
static void add_meaning(GPtrArray *steps, const Selector *selector, const SelectorContext *context, const GPtrArray *people)
{
	if (!steps)
		return;
	g_autofree char *text = selector_format(selector);
	g_autoptr(GPtrArray) fields = g_ptr_array_new();
	const char *first[] = {STEP_MEANS, text, context->cost_centre ? context->cost_centre : ""};
	for (guint i = 0; i < G_N_ELEMENTS(first); i++)
		g_ptr_array_add(fields, (gpointer)first[i]);
	for (guint i = 0; i < people->len; i++)
		g_ptr_array_add(fields, (gpointer)person_label(people->pdata[i]));
	g_ptr_array_add(fields, NULL);
	g_ptr_array_add(steps, step_new_of((const char *const *)fields->pdata));
}

gboolean resolve_selectors(const PeopleSource *source, const GPtrArray *selectors, const SelectorContext *context, GPtrArray **people, GPtrArray *steps,
                           GError **error)
{
	g_autoptr(GPtrArray) all = people_list_new();
	gboolean known = TRUE;
	for (guint i = 0; selectors && i < selectors->len; i++) {
		g_autoptr(GPtrArray) some = NULL;
		if (!resolve_selector(source, selectors->pdata[i], context, &some, steps, known ? error : NULL)) {
			known = FALSE;
			continue;
		}
		add_meaning(steps, selectors->pdata[i], context, some);
		for (guint j = 0; j < some->len; j++)
			list_add(all, some->pdata[j]);
	}
	if (known)
		*people = g_steal_pointer(&all);
	return known;
}

/* --- whose calendar --- */

static gboolean is_among(const PeopleSource *source, const GPtrArray *selectors, const Person *person)
{
	const SelectorContext nothing = {0};
	g_autoptr(GPtrArray) people = NULL;
	return resolve_selectors(source, selectors, &nothing, &people, NULL, NULL) && people_include(people, person);
}

Calendar *resolve_calendar_by(const PeopleSource *source, const Policy *policy, const Administration *administration, const Person *person, CalendarBy *by)
{
	for (guint i = 0; i < policy->calendars->len; i++) {
		const PolicyCalendar *calendar = policy->calendars->pdata[i];
		*by = CALENDAR_BY_PEOPLE;
		if (calendar->people && calendar->people->len && is_among(source, calendar->people, person))
			return calendar->calendar;
	}
	if (policy_country_has_calendar(policy, person->country))
		*by = CALENDAR_BY_COUNTRY;
	else
		*by = administration && administration->calendar ? CALENDAR_BY_ADMINISTRATION : CALENDAR_BY_DEFAULT;
	return policy_calendar_for_country(policy, administration, person->country);
}

Calendar *resolve_calendar(const PeopleSource *source, const Policy *policy, const Administration *administration, const Person *person)
{
	CalendarBy by;
	return resolve_calendar_by(source, policy, administration, person, &by);
}

const char *calendar_by_name(CalendarBy by)
{
	static const char *const names[] = {"people", "country", "administration", "default"};
	return names[by];
}
