/* Who is who: the company's directory, as questions with four kinds of answer (DESIGN.md 3, rule 6).
 *
 * A question with all its searches ends within the settings' timeout, whatever the servers do. While none of them
 * lets us in, questions are refused at once for a pause that grows from a second to half a minute. One thread at a
 * time uses a Directory. */
#ifndef DIRECTORY_DIRECTORY_H
#define DIRECTORY_DIRECTORY_H

#include "config/settings.h"
#include "directory/question.h"
#include "domain/person.h"

typedef struct Directory Directory;

/* Does not connect. `settings` must outlive it. The first one is made before other threads start: it sets LDAPNOINIT
 * in the environment and ignores SIGPIPE from then on. NULL with ERROR_CONFIG where the settings cannot be used:
 * password file unreadable or empty, an address that is none or would carry the password in the clear to another
 * machine. */
Directory *directory_new(const Settings *settings, GError **error);
void directory_free(Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Directory, directory_free)

/* Every question below: TRUE = the directory answered completely, and *people (GPtrArray of Person, owned by the
 * caller) is the whole answer, perhaps empty ("a complete search said so"), disabled and mail-less entries included
 * and marked. FALSE = unknown: ERROR_UNAVAILABLE (cannot be reached, timeout, busy, size limit, partial),
 * ERROR_PERMANENT (bind refused, no such base), ERROR_CONFIG; *people is left alone. */
gboolean directory_user(Directory *directory, const char *uid, GPtrArray **people, GError **error);
gboolean directory_mail(Directory *directory, const char *address, GPtrArray **people, GError **error);
gboolean directory_group(Directory *directory, const char *name, GPtrArray **people, GError **error);

/* `fields`: name -> value of the invoice's fields for {field} in the lookup's filter (GHashTable of char * to char
 * *), escaped after RFC 4515. A field without a value: ERROR_NOT_FOUND that names it. Without an attribute, those
 * found are people where the person's filter fits them too; with one, its values are people or groups of them, as a
 * group's members are. */
gboolean directory_lookup(Directory *directory, const char *lookup, GHashTable *fields, GPtrArray **people, GError **error);

/* The entry that person->manager_dn names; empty where there is none. */
gboolean directory_manager(Directory *directory, const Person *person, GPtrArray **people, GError **error);

/* The same person, looked up again by directory_id: empty = gone. Not for the "mail:address" of somebody whom the
 * directory does not know. */
gboolean directory_again(Directory *directory, const char *directory_id, GPtrArray **people, GError **error);

/* Puts all the questions (of DirectoryQuestion, borrowed) and writes each one's answer into it. What is unknown of one is no obstacle for the others. */
void directory_answer(Directory *directory, GPtrArray *questions);

/* Binds and reads the root DSE; for check --online. */
gboolean directory_ping(Directory *directory, GError **error);

/* What was asked since the last call, one line a search ("people: (&(objectClass=…)(uid=anna)) below ou=…: 1
 * entry"), for `who` and `explain`; the latest 1,000. GPtrArray of char *, owned by the caller. */
GPtrArray *directory_take_trace(Directory *directory);

#endif
