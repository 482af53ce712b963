/* People from a file instead of a directory: JSON objects, one a line or all in one array (DESIGN.md 4, "people"). For trials and rehearsals.
 *
 * It answers what a Directory answers, always completely: uids, addresses, groups and lookups are compared without regard to case, groups hold
 * no groups, and a lookup finds whom a shell pattern of theirs gives the cost centre to. A person's directory id is their uid until
 * roster_know_as() says otherwise; `manager_dn` is the manager's uid. */
#ifndef DIRECTORY_ROSTER_H
#define DIRECTORY_ROSTER_H

#include "calendar/zone.h"
#include "config/problems.h"
#include "domain/resolve.h"

typedef struct Roster Roster;

/* NULL where the file cannot be read (ERROR_NOT_FOUND …) or anything in it is wrong (ERROR_INVALID with every finding, one a line). */
Roster *roster_read(const char *path, GError **error);
/* The same of a text; findings go to `problems`. */
Roster *roster_parse(const char *text, gsize length, const char *origin, Problems *problems);
void roster_free(Roster *roster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Roster, roster_free)

guint roster_count(const Roster *roster);
/* In the order of the file. Borrowed. */
const Person *roster_person(const Roster *roster, guint index);

/* Absences that were given as dates, which are whole local days, the last one included, are put into that zone of each person (borrowed; until then: UTC). */
typedef const Zone *(*RosterZone)(const Person *person, gpointer user_data);
void roster_place_absences(Roster *roster, RosterZone zone_of, gpointer user_data);

/* The person of that uid has another directory id: the one that a record knows them by. Nothing where nobody has the uid. */
void roster_know_as(Roster *roster, const char *uid, const char *directory_id);

/* GPtrArray of Person, perhaps empty, in the order of the file; shared: nobody changes it. A reference owned by the caller. */
GPtrArray *roster_user(Roster *roster, const char *uid);
GPtrArray *roster_mail(Roster *roster, const char *address);
GPtrArray *roster_group(Roster *roster, const char *name);
/* `cost_centre` NULL: the invoice has none, so nobody. */
GPtrArray *roster_lookup(Roster *roster, const char *lookup, const char *cost_centre);
GPtrArray *roster_manager(Roster *roster, const Person *person);
GPtrArray *roster_again(Roster *roster, const char *directory_id);

/* The same questions for domain/resolve.h; borrows the roster. They are always answered. */
PeopleSource roster_source(Roster *roster);

#endif
