/* Questions to the directory as values, so that many can be asked together. */
#ifndef DIRECTORY_QUESTION_H
#define DIRECTORY_QUESTION_H

#include <glib.h>

typedef enum {
	QUESTION_USER,    /* argument: a uid */
	QUESTION_MAIL,    /* a mail address */
	QUESTION_GROUP,   /* a group's name */
	QUESTION_LOOKUP,  /* the name of a lookup of akkoord.conf, filled with `fields` */
	QUESTION_MANAGER, /* Person.manager_dn; the entry of that name */
	QUESTION_AGAIN,   /* Person.directory_id; nobody = gone. Not for the "mail:address" of somebody whom the directory does not know */
	QUESTION_SERVER,  /* argument: ""; nobody, but what the server is, and as a step ("base", STEP_UNANSWERED) each base of the settings that it does not have */
} QuestionKind;

/* One question and, once it was put, its answer. The answer is whole (`people`, perhaps empty: "a complete search said so"; the disabled and those
 * without mail are among them, marked) or unknown (`error`). */
typedef struct {
	QuestionKind kind;
	char *argument;
	GHashTable *fields; /* QUESTION_LOOKUP: the invoice's fields, char * to char *, owned; else NULL */

	GPtrArray *people; /* of Person; NULL = not put yet, or unknown */
	GError *error;     /* why unknown: ERROR_UNAVAILABLE (cannot be reached, timeout, busy, size limit, partial), ERROR_PERMANENT (bind refused,
	                    * no such base), ERROR_ELSEWHERE (a name in it, of a manager or a member, is another server's), ERROR_CONFIG; of a lookup ERROR_NOT_FOUND, which names the field that the invoice lacks */
	GPtrArray *steps;  /* of char *: each search and its answer (domain/step.h) */
	gboolean is_active_directory; /* QUESTION_SERVER: what it says of itself */
	gint64 certificate_ends;      /* likewise: when the certificate it showed is good no more; INSTANT_NONE: it showed none, or none that can be read */
	GPtrArray *strays; /* of char *, of a group or a lookup that was answered: the names in it that are neither people nor groups; NULL = none */
} DirectoryQuestion;

/* Copies `argument`; takes `fields`. */
DirectoryQuestion *directory_question_new(QuestionKind kind, const char *argument, GHashTable *fields);
void directory_question_free(DirectoryQuestion *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DirectoryQuestion, directory_question_free)

/* The question alone. */
DirectoryQuestion *directory_question_copy(const DirectoryQuestion *question);
void directory_question_clear_answer(DirectoryQuestion *question);
/* The answer of `answered` becomes that of the question. */
void directory_question_take_answer(DirectoryQuestion *question, DirectoryQuestion *answered);

/* The same for two questions that ask the same: kind, argument, and of a lookup its fields in the order of their names. Owned by the caller. */
char *directory_question_key(const DirectoryQuestion *question);

/* Forgets the answer of an earlier time; its steps are empty then. For directory/, as the next two. */
void directory_question_reset(DirectoryQuestion *question);
/* Ends it; takes `people`. */
void directory_question_answer(DirectoryQuestion *question, GPtrArray *people);
/* Ends it as unknown; copies the error and says in front of it what was asked. */
void directory_question_fail(DirectoryQuestion *question, const GError *error);
gboolean directory_question_is_open(const DirectoryQuestion *question);

#endif
