/* Every question to the directory goes through here, once a pass: answers are kept by question until the pass ends. */
#include "service/people.h"

#include "base/error.h"
#include "codec/idn.h"
#include "domain/step.h"

#include <string.h>

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

/* The first field that the lookup's filter asks for and the invoice does not have. */
static char *missing_field(const Settings *settings, const char *lookup, GHashTable *fields)
{
	for (guint i = 0; i < settings->lookups->len; i++) {
		const LookupSettings *known = settings->lookups->pdata[i];
		const char *brace = strcmp(known->name, lookup) ? NULL : strchr(known->filter, '{');
		for (; brace; brace = strchr(brace + 1, '{')) {
			g_autofree char *name = g_strndup(brace + 1, strcspn(brace + 1, "}"));
			const char *value = g_hash_table_lookup(fields, name);
			if (!value || !*value)
				return g_steal_pointer(&name);
		}
	}
	return g_strdup("?");
}

static gboolean ask_lookup(gpointer user_data, const char *lookup, const SelectorContext *context, GPtrArray **people, GPtrArray *steps, GError **error)
{
	Session *session = user_data;
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
		g_autofree char *field = missing_field(session_settings(session), lookup, fields);
		if (steps)
			g_ptr_array_add(steps, step_new(STEP_NO_FIELD, lookup, field, NULL));
		*people = people_list_new();
		return TRUE;
	}
	session_note_directory_failure(session, failure);
	g_propagate_prefixed_error(error, g_steal_pointer(&failure), "lookup(%s): ", lookup);
	return FALSE;
}

/* --- the directory as a source of people --- */

static gboolean ask_user(gpointer session, const char *uid, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return ask(session, "user", directory_user, uid, people, steps, error);
}

static gboolean ask_group(gpointer session, const char *name, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return ask(session, "group", directory_group, name, people, steps, error);
}

static gboolean ask_mail(gpointer session, const char *address, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return ask(session, "mail", directory_mail, address, people, steps, error);
}

static gboolean ask_again(gpointer session, const char *directory_id, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return ask(session, "again", directory_again, directory_id, people, steps, error);
}

static gboolean ask_manager(gpointer user_data, const Person *person, GPtrArray **people, GPtrArray *steps, GError **error)
{
	Session *session = user_data;
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

/* An address that no server of today takes is none. */
static gboolean takes_mail(gpointer session, const char *address)
{
	(void)session;
	g_autofree char *ascii = idn_mail_address(address, NULL);
	return ascii != NULL;
}

PeopleSource people_source(Session *session)
{
	return (PeopleSource){
		.user = ask_user,
		.group = ask_group,
		.mail = ask_mail,
		.again = ask_again,
		.lookup = ask_lookup,
		.manager = ask_manager,
		.takes_mail = takes_mail,
		.user_data = session,
	};
}

gboolean people_resolve(Session *session, const Selector *selector, const SelectorContext *context, GPtrArray **people, GPtrArray *steps,
                        GError **error)
{
	const PeopleSource source = people_source(session);
	return resolve_selector(&source, selector, context, people, steps, error);
}

Person *people_named(Session *session, const char *uid_or_mail, GError **error)
{
	g_autoptr(GPtrArray) people = NULL;
	if (!ask(session, "user", directory_user, uid_or_mail, &people, NULL, error))
		return NULL;
	if (!people->len && strchr(uid_or_mail, '@')) {
		g_clear_pointer(&people, g_ptr_array_unref);
		if (!ask(session, "mail", directory_mail, uid_or_mail, &people, NULL, error))
			return NULL;
	}
	if (people->len == 1)
		return person_copy(people->pdata[0]);
	error_set(error, people->len ? ERROR_CONFLICT : ERROR_NOT_FOUND, "%s: the directory knows %s of that uid or address", uid_or_mail,
	          people->len ? "several people" : "nobody");
	return NULL;
}

/* --- looking again --- */

void person_look_clear(PersonLook *look)
{
	g_clear_pointer(&look->person, person_free);
}

static PersonAnswer answer_of(Session *session, const Person *person)
{
	return person->disabled || !person->mail || !takes_mail(session, person->mail) ? ANSWER_UNUSABLE : ANSWER_USABLE;
}

void people_look_again(Session *session, const char *directory_id, PersonLook *look)
{
	g_autoptr(GPtrArray) people = NULL;
	g_autoptr(GError) failure = NULL;
	*look = (PersonLook){.answer = ANSWER_UNKNOWN, .as_of = INSTANT_NONE};
	if (g_str_has_prefix(directory_id, "mail:")) {
		look->answer = takes_mail(session, directory_id + strlen("mail:")) ? ANSWER_USABLE : ANSWER_UNUSABLE;
		look->as_of = session_now(session);
		return;
	}
	if (!ask_again(session, directory_id, &people, NULL, &failure))
		return;
	look->as_of = session_now(session);
	look->answer = people->len ? answer_of(session, people->pdata[0]) : ANSWER_NOT_FOUND;
	look->person = people->len ? person_copy(people->pdata[0]) : NULL;
}

gboolean people_resolve_all(Session *session, const GPtrArray *selectors, const SelectorContext *context, GPtrArray **people,
                            GPtrArray *steps, GError **error)
{
	const PeopleSource source = people_source(session);
	return resolve_selectors(&source, selectors, context, people, steps, error);
}

Calendar *people_calendar(Session *session, const Policy *policy, const char *administration, const Person *person)
{
	const PeopleSource source = people_source(session);
	return resolve_calendar(&source, policy, policy_administration(policy, administration), person);
}

/* --- the record of them --- */

static gboolean is_as_known(const Person *known, const Person *person)
{
	return !g_strcmp0(known->uid, person->uid) && !g_strcmp0(known->dn, person->dn) && !g_strcmp0(known->name, person->name) &&
	       !g_strcmp0(known->mail, person->mail) && !g_strcmp0(known->language, person->language) &&
	       !g_strcmp0(known->country, person->country) && !g_strcmp0(known->authority, person->authority);
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
	js_object_set_line(side, "authority", person->authority);
	return store_append(session_store(session), event, NULL, error) ? g_steal_pointer(&id) : NULL;
}
