/* What the directory answered, kept by question: for this pass, and in the store until it is too old to serve.
 *
 * A question is asked once a pass. Where the store holds an answer that is fresh (directory.cache.fresh; one that found nobody: five minutes at most), it is not
 * asked at all. Where the directory does not say, its last good answer serves until it is older than directory.cache.stale_ok, but for one that found nobody:
 * an outage makes nobody vanish. Who was in an answer was asked about then too, as that very person (QUESTION_AGAIN). What stands in the store holds for the directory section it was
 * asked by, and for no other. */
#ifndef SESSION_ANSWERS_H
#define SESSION_ANSWERS_H

#include "config/settings.h"
#include "directory/question.h"
#include "store/store.h"

typedef struct Answers Answers;

/* An answer is whole (`people`) or unknown (`error`). Shared: but for overlaying it, nobody changes it. */
typedef struct {
	GPtrArray *people; /* of Person; NULL: unknown */
	GError *error;     /* why unknown; of a stale answer, why there is none of now */
	GPtrArray *steps;  /* of char *: each search and its answer (domain/step.h); may be NULL */
	gint64 as_of;      /* when the server said so; unknown: INSTANT_NONE */
	gboolean stale;    /* it does not answer now: that is its last good answer */
	gboolean asked;    /* of the server, since answers_forget() */
	gboolean settled;  /* nothing better is to be had in this pass */
	gboolean overlaid; /* what else is known of these people has been added (people_source.c) */
} KeptAnswer;

typedef enum {
	ANSWERS_USUAL,  /* what is kept or fresh, else asked at once, else the last good answer */
	ANSWERS_GATHER, /* what is kept or fresh; else it is wanted, and unknown until answers_fetch_end() */
	ANSWERS_LAST,   /* the last good answer, however old it is as long as it serves; asked at once only where there is none. One that found nobody and is not fresh
	                 * (`settled`) is good enough for whose calendar is whose; nothing else may be concluded from it */
	ANSWERS_HOLD,   /* the same, and never asked: unknown then */
	ANSWERS_ANEW,   /* asked at once since answers_forget(); nothing older serves */
} AnswersMode;

/* Borrows both. `keeps`: the store is not only to be read. To be called before other threads start. Nothing is asked yet. */
Answers *answers_new(Settings *settings, Store *store, gboolean keeps);
void answers_free(Answers *answers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answers, answers_free)

/* Others put the questions, as worker_answer_begin(), _wait() and _end() do; for tests. */
typedef struct {
	void (*begin)(gpointer user_data, GPtrArray *questions);
	gboolean (*wait)(gpointer user_data, gint64 us);
	void (*end)(gpointer user_data);
	gpointer user_data;
} AnswersAsker;
void answers_set_asker(Answers *answers, const AnswersAsker *asker);

/* As worker_set_stop(): whatever is not answered by then is unknown. */
void answers_set_stop(Answers *answers, gboolean (*is_stopping)(gpointer user_data), gpointer user_data);

/* Returns the mode before: USUAL at first. */
AnswersMode answers_set_mode(Answers *answers, AnswersMode mode);
AnswersMode answers_mode(const Answers *answers);

/* Borrowed until the next call. Takes the question. */
KeptAnswer *answers_ask(Answers *answers, DirectoryQuestion *question, gint64 now);

/* What the answers were like that answers_ask() gave since answers_begin_seeing(). */
typedef struct {
	gint64 oldest;  /* the as_of of the oldest of them; INSTANT_NONE: there was none */
	gboolean stale; /* some were */
} AnswersSeen;
void answers_begin_seeing(Answers *answers);
AnswersSeen answers_seen(const Answers *answers);

/* Puts these (of DirectoryQuestion, borrowed) together, now: nothing older serves for any. Each has its answer then; what the directory said is kept. */
void answers_put(Answers *answers, GPtrArray *questions, gint64 now);

/* The store forgets what serves no more. */
void answers_sweep(const Answers *answers, gint64 now);

/* Forgets all of it, but not what the store holds: a new pass. */
void answers_forget(Answers *answers);

/* Some question was not answered since then: no server can be reached, none is in time, or it refuses us. */
gboolean answers_were_missed(const Answers *answers);
/* Why the first of them was not; NULL: all were. Borrowed. */
const GError *answers_missed_why(const Answers *answers);

/* The latest of the answers since then that the servers gave; INSTANT_NONE: none. */
gint64 answers_heard(const Answers *answers);

/* --- gathering --- */

/* Whoever gathers asks what it needs and goes on as far as it gets. Where anything was unknown only because it has not been asked yet, it is incomplete: nothing
 * that it comes to may stay (session_end() sees to that), and it is tried again once the questions have been put. */
void answers_begin_try(Answers *answers);
gboolean answers_are_incomplete(const Answers *answers);

/* Puts all that is wanted together. FALSE: nothing is wanted. */
gboolean answers_fetch_begin(Answers *answers);
/* Waits half the time that the directory has for an answer. FALSE: it has not said all by then; whoever asks does something else meanwhile. */
gboolean answers_fetch_wait(Answers *answers);
/* Waits for it: every question of it is answered then, or known to be unknown. */
void answers_fetch_end(Answers *answers, gint64 now);

/* Asks the servers for nothing but an answer. ERROR_CONFIG, ERROR_UNAVAILABLE, ERROR_PERMANENT. */
gboolean answers_ping(Answers *answers, GError **error);

#endif
