/* What the directory answered, kept by question: each is asked once a pass. */
#ifndef SERVICE_ANSWERS_H
#define SERVICE_ANSWERS_H

#include "config/settings.h"
#include "directory/question.h"

typedef struct Answers Answers;

/* An answer is whole (`people`) or unknown (`error`). Shared, and nobody changes it. */
typedef struct {
	GPtrArray *people; /* of Person; NULL: unknown */
	GError *error;
	GPtrArray *steps; /* of char *: each search and its answer (domain/step.h) */
	gint64 as_of;     /* when the server said so; unknown: INSTANT_NONE */
	gboolean stale;   /* it does not answer now: that is its last good answer */
} KeptAnswer;

/* Borrows both. Nothing is asked yet. */
Answers *answers_new(const Settings *settings);
void answers_free(Answers *answers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answers, answers_free)

/* The answer as it is kept, else as the directory gives it now; borrowed until answers_forget(). Takes the question. */
const KeptAnswer *answers_ask(Answers *answers, DirectoryQuestion *question, gint64 now);

/* Forgets all of it: a new pass. */
void answers_forget(Answers *answers);

/* Some question was not answered since then because no server can be reached or none is in time. */
gboolean answers_were_missed(const Answers *answers);

#endif
