/* The directory as a source of people: each question as a value, and its answer as it is kept. */
#include "people/people.h"

#include "base/error.h"
#include "codec/idn.h"
#include "domain/step.h"
#include "people/absences.h"

#include <string.h>

static KeptAnswer *ask(Session *session, DirectoryQuestion *question, GPtrArray *steps)
{
	KeptAnswer *answer = answers_ask(session_answers(session), question, session_now(session));
	for (guint i = 0; steps && answer->steps && i < answer->steps->len; i++)
		g_ptr_array_add(steps, g_strdup(answer->steps->pdata[i]));
	return answer;
}

/* With what is known of who is away, which the directory does not say; once, since somebody may hold what an earlier call gave. */
static gboolean overlay(Session *session, KeptAnswer *answer, GError **error)
{
	for (guint i = 0; !answer->overlaid && i < answer->people->len; i++)
		if (!absences_overlay(session, answer->people->pdata[i], error))
			return FALSE;
	answer->overlaid = TRUE;
	return TRUE;
}

static gboolean give(Session *session, KeptAnswer *answer, GPtrArray **people, GError **error)
{
	if (!answer->people) {
		g_propagate_error(error, g_error_copy(answer->error));
		return FALSE;
	}
	if (!overlay(session, answer, error))
		return FALSE;
	*people = g_ptr_array_ref(answer->people);
	return TRUE;
}

static gboolean ask_by(Session *session, QuestionKind kind, const char *argument, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return give(session, ask(session, directory_question_new(kind, argument, NULL), steps), people, error);
}

static gboolean ask_user(gpointer session, const char *uid, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return ask_by(session, QUESTION_USER, uid, people, steps, error);
}

static gboolean ask_group(gpointer session, const char *name, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return ask_by(session, QUESTION_GROUP, name, people, steps, error);
}

static gboolean ask_mail(gpointer session, const char *address, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return ask_by(session, QUESTION_MAIL, address, people, steps, error);
}

static gboolean ask_again(gpointer session, const char *directory_id, GPtrArray **people, GPtrArray *steps, GError **error)
{
	return ask_by(session, QUESTION_AGAIN, directory_id, people, steps, error);
}

static gboolean ask_manager(gpointer session, const Person *person, GPtrArray **people, GPtrArray *steps, GError **error)
{
	if (person->manager_dn)
		return ask_by(session, QUESTION_MANAGER, person->manager_dn, people, steps, error);
	if (steps)
		g_ptr_array_add(steps, step_new(STEP_NO_MANAGER, person->dn ? person->dn : person_label(person), NULL));
	*people = people_list_new();
	return TRUE;
}

/* --- lookups --- */

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

static const LookupSettings *find_lookup(const Settings *settings, const char *name)
{
	for (guint i = 0; settings->lookups && i < settings->lookups->len; i++) {
		const LookupSettings *lookup = settings->lookups->pdata[i];
		if (!strcmp(lookup->name, name))
			return lookup;
	}
	return NULL;
}

/* Those fields that the lookup's filter asks for, so that invoices which differ in others ask the same; *missing is the first of them that the invoice
 * does not have, owned by the caller. */
static GHashTable *fields_of(const LookupSettings *lookup, const SelectorContext *context, char **missing)
{
	g_autoptr(GHashTable) all = people_fields(context->facts, context->cost_centre);
	GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (const char *brace = strchr(lookup->filter, '{'); brace; brace = strchr(brace + 1, '{')) {
		g_autofree char *name = g_strndup(brace + 1, strcspn(brace + 1, "}"));
		const char *value = g_hash_table_lookup(all, name);
		if (value && *value)
			g_hash_table_replace(fields, g_steal_pointer(&name), g_strdup(value));
		else if (!*missing)
			*missing = g_steal_pointer(&name);
	}
	return fields;
}

static gboolean ask_lookup(gpointer user_data, const char *name, const SelectorContext *context, GPtrArray **people, GPtrArray *steps, GError **error)
{
	Session *session = user_data;
	const LookupSettings *lookup = find_lookup(session_settings(session), name);
	g_autofree char *missing = NULL;
	g_autoptr(GHashTable) fields = lookup ? fields_of(lookup, context, &missing) : NULL;
	if (!missing)
		return give(session, ask(session, directory_question_new(QUESTION_LOOKUP, name, g_steal_pointer(&fields)), steps), people, error);
	if (steps)
		g_ptr_array_add(steps, step_new(STEP_NO_FIELD, name, missing, NULL));
	*people = people_list_new();
	return TRUE;
}

/* --- the source --- */

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
