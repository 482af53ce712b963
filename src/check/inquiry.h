/* Many questions to the directory, asked together. Whoever resolves something asks the source of an inquiry; what it does not know yet is noted and answered by nothing but
 * ERROR_TRANSIENT. So all that is to be resolved is gone through, then what was noted is asked at once, and it is gone through again, each time further, until nothing
 * is noted any more: then every answer is the directory's. Nothing is taken from an earlier answer. */
#ifndef CHECK_INQUIRY_H
#define CHECK_INQUIRY_H

#include "directory/question.h"
#include "domain/resolve.h"
#include "session/session.h"

typedef struct Inquiry Inquiry;

/* Borrows the session. */
Inquiry *inquiry_new(Session *session);
void inquiry_free(Inquiry *inquiry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Inquiry, inquiry_free)

/* Answers that are known are shared. A lookup whose field the invoice lacks finds nobody. Gives no steps but that. */
PeopleSource inquiry_source(Inquiry *inquiry);

/* Asks all that was noted. FALSE: nothing was, or the directory cannot be asked at all (every question then has that error). */
gboolean inquiry_ask(Inquiry *inquiry);

/* What the server is (QUESTION_SERVER), noted where it was not asked. */
const DirectoryQuestion *inquiry_server(Inquiry *inquiry);

/* All questions that were put, of DirectoryQuestion, in their order. Borrowed. */
const GPtrArray *inquiry_questions(const Inquiry *inquiry);
/* The one that was put; NULL: it was not. */
const DirectoryQuestion *inquiry_question(const Inquiry *inquiry, QuestionKind kind, const char *argument);
/* Everybody who is in an answer, of Person, each once. Owned by the caller, its people by the inquiry. */
GPtrArray *inquiry_people(const Inquiry *inquiry);

#endif
