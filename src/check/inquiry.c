/* A table of questions by what they ask; those that stand behind the mark were noted and not put yet. */
#include "check/inquiry.h"

#include "base/error.h"
#include "codec/idn.h"
#include "people/lookup_fields.h"

#include <string.h>

struct Inquiry {
	Session *session;
	GPtrArray *questions;  /* of DirectoryQuestion, owned */
	GHashTable *by_key;    /* key -> question, borrowed */
	GHashTable *by_id;     /* directory id -> Person, borrowed */
	guint put;             /* so many were */
};

Inquiry *inquiry_new(Session *session)
{
	Inquiry *inquiry = g_new0(Inquiry, 1);
	inquiry->session = session;
	inquiry->questions = g_ptr_array_new_with_free_func((GDestroyNotify)directory_question_free);
	inquiry->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	inquiry->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	return inquiry;
}

void inquiry_free(Inquiry *inquiry)
{
	if (!inquiry)
		return;
	g_hash_table_unref(inquiry->by_key);
	g_hash_table_unref(inquiry->by_id);
	g_ptr_array_unref(inquiry->questions);
	g_free(inquiry);
}

/* --- asking --- */

static void remember(Inquiry *inquiry, const DirectoryQuestion *question)
{
	for (guint i = 0; question->people && i < question->people->len; i++) {
		Person *person = question->people->pdata[i];
		g_hash_table_insert(inquiry->by_id, person->directory_id, person);
	}
}

gboolean inquiry_ask(Inquiry *inquiry)
{
	g_autoptr(GPtrArray) noted = g_ptr_array_new();
	for (guint i = inquiry->put; i < inquiry->questions->len; i++)
		g_ptr_array_add(noted, inquiry->questions->pdata[i]);
	inquiry->put = inquiry->questions->len;
	if (!noted->len)
		return FALSE;
	answers_put(session_answers(inquiry->session), noted, session_now(inquiry->session));
	for (guint i = 0; i < noted->len; i++)
		remember(inquiry, noted->pdata[i]);
	return TRUE;
}

/* The question of that key, noted where it is new; takes `question`. */
static const DirectoryQuestion *note(Inquiry *inquiry, DirectoryQuestion *question)
{
	g_autofree char *key = directory_question_key(question);
	const DirectoryQuestion *known = g_hash_table_lookup(inquiry->by_key, key);
	if (known) {
		directory_question_free(question);
		return known;
	}
	g_ptr_array_add(inquiry->questions, question);
	g_hash_table_insert(inquiry->by_key, g_steal_pointer(&key), question);
	return question;
}

static gboolean answer(Inquiry *inquiry, DirectoryQuestion *asked, GPtrArray **people, GError **error)
{
	const DirectoryQuestion *question = note(inquiry, asked);
	if (question->people)
		*people = g_ptr_array_ref(question->people);
	else if (question->error)
		g_propagate_error(error, g_error_copy(question->error));
	else
		error_set(error, ERROR_TRANSIENT, "not asked yet");
	return question->people != NULL;
}

/* --- the source --- */

static gboolean ask_user(gpointer inquiry, const char *uid, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)steps;
	return answer(inquiry, directory_question_new(QUESTION_USER, uid, NULL), people, error);
}

static gboolean ask_group(gpointer inquiry, const char *name, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)steps;
	return answer(inquiry, directory_question_new(QUESTION_GROUP, name, NULL), people, error);
}

static gboolean ask_mail(gpointer inquiry, const char *address, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)steps;
	return answer(inquiry, directory_question_new(QUESTION_MAIL, address, NULL), people, error);
}

/* Somebody who is in an answer needs no question of their own. */
static gboolean ask_again(gpointer user_data, const char *directory_id, GPtrArray **people, GPtrArray *steps, GError **error)
{
	Inquiry *inquiry = user_data;
	const Person *known = g_hash_table_lookup(inquiry->by_id, directory_id);
	(void)steps;
	if (!known && !person_address_of_id(directory_id))
		return answer(inquiry, directory_question_new(QUESTION_AGAIN, directory_id, NULL), people, error);
	*people = people_list_new();
	if (known)
		g_ptr_array_add(*people, person_copy(known));
	return TRUE;
}

static gboolean ask_lookup(gpointer user_data, const char *name, const SelectorContext *context, GPtrArray **people, GPtrArray *steps, GError **error)
{
	Inquiry *inquiry = user_data;
	DirectoryQuestion *question = lookup_question(session_settings(inquiry->session), name, context, steps);
	if (question)
		return answer(inquiry, question, people, error);
	*people = people_list_new();
	return TRUE;
}

static gboolean ask_manager(gpointer inquiry, const Person *person, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)steps;
	if (person->manager_dn)
		return answer(inquiry, directory_question_new(QUESTION_MANAGER, person->manager_dn, NULL), people, error);
	*people = people_list_new();
	return TRUE;
}

PeopleSource inquiry_source(Inquiry *inquiry)
{
	return (PeopleSource){
		.user = ask_user,
		.group = ask_group,
		.mail = ask_mail,
		.again = ask_again,
		.lookup = ask_lookup,
		.manager = ask_manager,
		.takes_mail = idn_takes_mail,
		.user_data = inquiry,
	};
}

/* --- what came of it --- */

const DirectoryQuestion *inquiry_server(Inquiry *inquiry)
{
	return note(inquiry, directory_question_new(QUESTION_SERVER, "", NULL));
}

const GPtrArray *inquiry_questions(const Inquiry *inquiry)
{
	return inquiry->questions;
}

const DirectoryQuestion *inquiry_question(const Inquiry *inquiry, QuestionKind kind, const char *argument)
{
	g_autoptr(DirectoryQuestion) question = directory_question_new(kind, argument, NULL);
	g_autofree char *key = directory_question_key(question);
	return g_hash_table_lookup(inquiry->by_key, key);
}

GPtrArray *inquiry_people(const Inquiry *inquiry)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *people = g_ptr_array_new();
	for (guint i = 0; i < inquiry->questions->len; i++) {
		const DirectoryQuestion *question = inquiry->questions->pdata[i];
		for (guint j = 0; question->people && j < question->people->len; j++) {
			Person *person = question->people->pdata[j];
			if (g_hash_table_add(seen, person->directory_id))
				g_ptr_array_add(people, person);
		}
	}
	return people;
}
