/* The directory as a source of people: each question as a value, and its answer as it is kept. */
#include "people/people.h"

#include "base/error.h"
#include "codec/idn.h"
#include "domain/step.h"
#include "people/absences.h"
#include "people/lookup_fields.h"

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

static gboolean has_id(const GPtrArray *people, const char *directory_id)
{
	for (guint i = 0; i < people->len; i++)
		if (!g_strcmp0(((const Person *)people->pdata[i])->directory_id, directory_id))
			return TRUE;
	return FALSE;
}

/* A name led to them: it may lie where people are not searched. */
KeptAnswer *people_ask_again(Session *session, const char *directory_id, GPtrArray *steps)
{
	KeptAnswer *below = ask(session, directory_question_new(QUESTION_AGAIN, directory_id, NULL), steps);
	g_autoptr(PersonRow) row = below->people && !below->people->len ? store_person_by_directory_id(session_store(session), directory_id, NULL) : NULL;
	if (!row || !row->person->dn)
		return below;
	const gint64 as_of = below->as_of;
	KeptAnswer *there = ask(session, directory_question_new(QUESTION_MANAGER, row->person->dn, NULL), steps);
	if (!there->people || has_id(there->people, directory_id) || (!there->people->len && there->as_of <= as_of))
		return there;
	return ask(session, directory_question_new(QUESTION_AGAIN, directory_id, NULL), NULL);
}

/* Whoever stands for an address is in no directory. */
static gboolean ask_again(gpointer session, const char *directory_id, GPtrArray **people, GPtrArray *steps, GError **error)
{
	if (person_address_of_id(directory_id)) {
		*people = people_list_new();
		return TRUE;
	}
	return give(session, people_ask_again(session, directory_id, steps), people, error);
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

static gboolean ask_lookup(gpointer user_data, const char *name, const SelectorContext *context, GPtrArray **people, GPtrArray *steps, GError **error)
{
	Session *session = user_data;
	DirectoryQuestion *question = lookup_question(session_settings(session), name, context, steps);
	if (question)
		return give(session, ask(session, question, steps), people, error);
	*people = people_list_new();
	return TRUE;
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
		.takes_mail = idn_takes_mail,
		.user_data = session,
	};
}
