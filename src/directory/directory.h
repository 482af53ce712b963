/* Who is who: the company's directory, as questions with four kinds of answer (DESIGN.md 3, rule 6).
 *
 * Every search ends within the settings' timeout, and where nothing at all arrives for so long, all that is open is unknown.
 * While none of the servers lets us in, questions are refused at once for a pause that grows from a second to half a minute. One
 * thread at a time uses a Directory. */
#ifndef DIRECTORY_DIRECTORY_H
#define DIRECTORY_DIRECTORY_H

#include "config/settings.h"
#include "directory/question.h"
#include "domain/person.h"

typedef struct Directory Directory;

/* What libldap needs of the process, to be done before other threads start: sets LDAPNOINIT in the environment and ignores SIGPIPE from then on. */
void directory_prepare(void);

/* Does not connect. `settings` must outlive it. The first one is made before other threads start: it sets LDAPNOINIT
 * in the environment and ignores SIGPIPE from then on. NULL with ERROR_CONFIG where the settings cannot be used:
 * password file unreadable or empty, an address that is none or would carry the password in the clear to another
 * machine. */
Directory *directory_new(const Settings *settings, GError **error);
void directory_free(Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Directory, directory_free)

/* How long so many questions may take together: no search is begun any more then, and what is open is unknown. With the last searches and a new connection
 * it is two timeouts more as a rule. */
gint64 directory_time_us(const Settings *settings, guint questions);

/* Puts all the questions (of DirectoryQuestion, borrowed) together, and ends each with its answer, as question.h says. What is
 * unknown of one is no obstacle for the others. */
void directory_answer(Directory *directory, GPtrArray *questions);

/* Binds and reads the root DSE; for check --online. FALSE as a question's error; ERROR_CONFIG also where the settings want of the
 * server what it cannot do. */
gboolean directory_ping(Directory *directory, GError **error);

#endif
