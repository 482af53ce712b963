/* Every question to the directory goes through here, once a pass: answers are kept by question until the pass ends. */
#include "service/people.h"

#include "base/error.h"

#include <string.h>

/* A line of managers is followed no further than this; a loop ends it sooner. */
#define MAX_MANAGERS 20

static GPtrArray *person_list_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
}

static void person_list_add(GPtrArray *people, const Person *person)
{
	for (guint i = 0; i < people->len; i++)
		if (!g_strcmp0(((const Person *)people->pdata[i])->directory_id, person->directory_id))
			return;
	g_ptr_array_add(people, person_copy(person));
}

typedef gboolean (*Question)(Directory *directory, const char *argument, GPtrArray **people, GError **error);

/* Kept answers are shared, and nobody changes them. */
static GPtrArray *kept_answer(Session *session, const char *key)
{
	GPtrArray *kept = g_hash_table_lookup(session_people_cache(session), key);
	return kept ? g_ptr_array_ref(kept) : NULL;
}

static void take_steps(Directory *directory, GPtrArray *steps)
{
	g_autoptr(GPtrArray) trace = directory_take_trace(directory);
	for (guint i = 0; steps && i < trace->len; i++)
		g_ptr_array_add(steps, g_strdup(trace->pdata[i]));
}

/* Keeps an answer; of a failure it is noted that the directory is down. Returns `known`. */
static gboolean settle_answer(Session *session, const char *key, gboolean known, GPtrArray *const *people, GError *failure, GError **error)
{
	if (known) {
		g_hash_table_replace(session_people_cache(session), g_strdup(key), g_ptr_array_ref(*people));
		return TRUE;
	}
	session_note_directory_failure(session, failure);
	g_propagate_prefixed_error(error, failure, "%s: ", key);
	return FALSE;
}

static gboolean ask(Session *session, const char *kind, Question question, const char *argument, GPtrArray **people,
                    GPtrArray *steps, GError **error)
{
	g_autofree char *key = g_strdup_printf("%s(%s)", kind, argument);
	if (!steps && (*people = kept_answer(session, key)))
		return TRUE;
	Directory *directory = session_directory(session, error);
	if (!directory)
		return FALSE;
	GError *failure = NULL;
	gboolean known = question(directory, argument, people, &failure);
	take_steps(directory, steps);
	return settle_answer(session, key, known, people, failure, error);
}

GHashTable *people_fields(const InvoiceFacts *facts, const char *cost_centre)
{
	GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	if (!facts)
		return fields;
	if (!cost_centre && facts->cost_references && facts->cost_references->len)
		cost_centre = facts->cost_references->pdata[0];
	const struct {
		const char *name, *value;
	} values[] = {
		{"cost_centre", cost_centre},
		{"buyer_reference", facts->buyer_reference},
		{"order", facts->order_reference},
		{"contract", facts->contract_reference},
		{"project", facts->project_reference},
		{"supplier", facts->supplier.name},
		{"supplier_vat", facts->supplier.vat},
		{"buyer", facts->buyer.name},
		{"currency", facts->currency},
		{"requester", facts->requester},
		{"number", facts->number},
	};
	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		if (values[i].value)
			g_hash_table_insert(fields, (char *)values[i].name, g_strdup(values[i].value));
	return fields;
}

static char *lookup_key(const char *lookup, const InvoiceFacts *facts, const char *cost_centre)
{
	g_autoptr(GHashTable) fields = people_fields(facts, cost_centre);
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(fields), (GCompareFunc)strcmp);
	GString *key = g_string_new("lookup ");
	g_string_append(key, lookup);
	for (GList *name = names; name; name = name->next)
		g_string_append_printf(key, "\n%s=%s", (const char *)name->data, (const char *)g_hash_table_lookup(fields, name->data));
	return g_string_free(key, FALSE);
}

static gboolean resolve_lookup(Session *session, const char *lookup, const SelectorContext *context, GPtrArray **people,
                               GPtrArray *steps, GError **error)
{
	Directory *directory = session_directory(session, error);
	if (!directory)
		return FALSE;
	g_autofree char *key = lookup_key(lookup, context->facts, context->cost_centre);
	if (!steps && (*people = kept_answer(session, key)))
		return TRUE;
	g_autoptr(GHashTable) fields = people_fields(context->facts, context->cost_centre);
	g_autoptr(GError) failure = NULL;
	gboolean known = directory_lookup(directory, lookup, fields, people, &failure);
	take_steps(directory, steps);
	if (known && !steps)
		g_hash_table_replace(session_people_cache(session), g_strdup(key), g_ptr_array_ref(*people));
	if (known)
		return TRUE;
	if (error_kind(failure) == ERROR_NOT_FOUND) {
		if (steps)
			g_ptr_array_add(steps, g_strdup_printf("lookup(%s): %s", lookup, failure->message));
		*people = person_list_new();
		return TRUE;
	}
	session_note_directory_failure(session, failure);
	g_propagate_prefixed_error(error, g_steal_pointer(&failure), "lookup(%s): ", lookup);
	return FALSE;
}

gboolean people_manager(Session *session, const Person *person, GPtrArray **people, GPtrArray *steps, GError **error)
{
	g_autofree char *key = g_strdup_printf("manager of %s", person->uid ? person->uid : person->directory_id);
	if (!steps && (*people = kept_answer(session, key)))
		return TRUE;
	Directory *directory = session_directory(session, error);
	if (!directory)
		return FALSE;
	GError *failure = NULL;
	gboolean known = directory_manager(directory, person, people, &failure);
	take_steps(directory, steps);
	return settle_answer(session, key, known, people, failure, error);
}

/* The n-th manager above someone; a loop or the end of the line gives nobody. */
static gboolean climb(Session *session, const Person *from, int levels, GPtrArray *found, GPtrArray *steps, GError **error)
{
	g_autoptr(GHashTable) visited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(Person) person = person_copy(from);
	for (int level = 0; level < MIN(levels, MAX_MANAGERS); level++) {
		g_autoptr(GPtrArray) managers = NULL;
		g_hash_table_add(visited, g_strdup(person->directory_id));
		if (!people_manager(session, person, &managers, steps, error))
			return FALSE;
		if (!managers->len || g_hash_table_contains(visited, ((const Person *)managers->pdata[0])->directory_id))
			return TRUE;
		person_free(person);
		person = person_copy(managers->pdata[0]);
	}
	person_list_add(found, person);
	return TRUE;
}

static gboolean resolve_managers(Session *session, const Selector *selector, const SelectorContext *context, GPtrArray **people,
                                 GPtrArray *steps, GError **error)
{
	g_autoptr(GPtrArray) of = NULL;
	if (!people_resolve(session, selector->inner, context, &of, steps, error))
		return FALSE;
	g_autoptr(GPtrArray) found = person_list_new();
	for (guint i = 0; i < of->len; i++)
		if (!climb(session, of->pdata[i], selector->levels, found, steps, error))
			return FALSE;
	*people = g_steal_pointer(&found);
	return TRUE;
}

static Person *person_of_address(const char *address)
{
	Person *person = person_new();
	person->directory_id = g_strdup_printf("mail:%s", address);
	person->mail = g_strdup(address);
	person->name = g_strdup(address);
	return person;
}

/* The directory's answer, or where it knows nobody, `otherwise`. */
static GPtrArray *or_else(GPtrArray *answer, const Person *otherwise)
{
	if (answer->len)
		return answer;
	g_ptr_array_unref(answer);
	GPtrArray *people = person_list_new();
	person_list_add(people, otherwise);
	return people;
}

/* Someone who is written to by address alone: known to the directory or not. */
static gboolean resolve_mail(Session *session, const char *address, GPtrArray **people, GPtrArray *steps, GError **error)
{
	if (!ask(session, "mail", directory_mail, address, people, steps, error))
		return FALSE;
	g_autoptr(Person) stranger = person_of_address(address);
	*people = or_else(*people, stranger);
	return TRUE;
}

/* The approver as the directory describes them now; as we know them where they are gone from it. */
static gboolean resolve_approver(Session *session, const Person *approver, GPtrArray **people, GPtrArray *steps, GError **error)
{
	if (!approver) {
		*people = person_list_new();
		return TRUE;
	}
	if (!ask(session, "again", directory_again, approver->directory_id, people, steps, error))
		return FALSE;
	*people = or_else(*people, approver);
	return TRUE;
}

gboolean people_resolve(Session *session, const Selector *selector, const SelectorContext *context, GPtrArray **people, GPtrArray *steps,
                        GError **error)
{
	switch (selector->type) {
	case SELECTOR_USER:
		return ask(session, "user", directory_user, selector->argument, people, steps, error);
	case SELECTOR_GROUP:
		return ask(session, "group", directory_group, selector->argument, people, steps, error);
	case SELECTOR_LOOKUP:
		return resolve_lookup(session, selector->argument, context, people, steps, error);
	case SELECTOR_MANAGER:
		return resolve_managers(session, selector, context, people, steps, error);
	case SELECTOR_MAIL:
		return resolve_mail(session, selector->argument, people, steps, error);
	case SELECTOR_APPROVER:
		break;
	}
	return resolve_approver(session, context->approver, people, steps, error);
}

gboolean people_resolve_all(Session *session, const GPtrArray *selectors, const SelectorContext *context, GPtrArray **people,
                            GPtrArray *steps, GError **error)
{
	g_autoptr(GPtrArray) all = person_list_new();
	for (guint i = 0; selectors && i < selectors->len; i++) {
		g_autoptr(GPtrArray) some = NULL;
		if (!people_resolve(session, selectors->pdata[i], context, &some, steps, error))
			return FALSE;
		for (guint j = 0; j < some->len; j++)
			person_list_add(all, some->pdata[j]);
	}
	*people = g_steal_pointer(&all);
	return TRUE;
}

static gboolean is_as_known(const Person *known, const Person *person)
{
	return !g_strcmp0(known->uid, person->uid) && !g_strcmp0(known->dn, person->dn) && !g_strcmp0(known->name, person->name) &&
	       !g_strcmp0(known->mail, person->mail) && !g_strcmp0(known->language, person->language) &&
	       !g_strcmp0(known->country, person->country);
}

char *people_record(Session *session, const Person *person, gint64 now, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(PersonRow) known = store_person_by_directory_id(session_store(session), person->directory_id, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	if (known && is_as_known(known->person, person))
		return g_strdup(known->id);
	g_autofree char *id = known ? g_strdup(known->id) : session_new_id("p");
	Event *event = event_new("person.recorded", now, NULL, NULL);
	js_object_set_string(event->data, "person", id);
	Json *side = event_private(event);
	js_object_set_line(side, "directory_id", person->directory_id);
	js_object_set_line(side, "uid", person->uid);
	js_object_set_line(side, "dn", person->dn);
	js_object_set_line(side, "name", person->name);
	js_object_set_line(side, "mail", person->mail);
	js_object_set_line(side, "language", person->language);
	js_object_set_line(side, "country", person->country);
	return store_append(session_store(session), event, NULL, error) ? g_steal_pointer(&id) : NULL;
}

static gboolean is_among(Session *session, const GPtrArray *selectors, const Person *person)
{
	SelectorContext nothing = {0};
	g_autoptr(GPtrArray) people = NULL;
	if (!people_resolve_all(session, selectors, &nothing, &people, NULL, NULL))
		return FALSE;
	for (guint i = 0; i < people->len; i++)
		if (!g_strcmp0(((const Person *)people->pdata[i])->directory_id, person->directory_id))
			return TRUE;
	return FALSE;
}

Calendar *people_calendar(Session *session, const Policy *policy, const Person *person)
{
	for (guint i = 0; i < policy->calendars->len; i++) {
		const PolicyCalendar *calendar = policy->calendars->pdata[i];
		if (calendar->people && calendar->people->len && is_among(session, calendar->people, person))
			return calendar->calendar;
	}
	return policy_calendar_for_country(policy, person->country);
}
