/* From groups, or from what any attribute holds that points to people, to those people; round by round, so that the rounds of
 * many questions are one. */
#ifndef DIRECTORY_MEMBERS_H
#define DIRECTORY_MEMBERS_H

#include "directory/finder.h"

typedef struct Members Members;

/* Finder and round must outlive it; `steps` (of char *, borrowed) gets what is asked and answered. */
Members *members_new(const Finder *finder, Round *round, GPtrArray *steps);
void members_free(Members *members);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Members, members_free)

/* The attributes of a group that are needed for members_of_groups(); NULL-ended, borrowed from the Members. */
const char *const *members_attributes(const Members *members);

/* Begins with groups that were found (of Entry), or with names (of char *): DNs of people or groups, or uids where they are no
 * DNs. Each asks the round for what it needs. FALSE with *error as members_go_on(). */
gboolean members_of_groups(Members *members, GPtrArray *entries, GError **error);
gboolean members_of_names(Members *members, GPtrArray *names, GError **error);

/* After each run of the round, until members_are_all(). Groups among the members are opened as the settings' nested says, each
 * once however often and in whatever circle it comes up, to ten levels and 10,000 names. Names without an entry are passed over.
 * FALSE as in question.h; ERROR_PERMANENT where a group is too large or too deep, ERROR_CONFIG where the server lacks the rule
 * in-chain. */
gboolean members_go_on(Members *members, GError **error);
gboolean members_are_all(const Members *members);

/* The people (of Person), each once, in the order of the groups' values, level by level. Owned by the caller. */
GPtrArray *members_take(Members *members);

/* The names (of char *) that are neither people nor groups, as far as that can be told: where groups within groups are opened, and are opened by value. NULL = none.
 * Owned by the caller. */
GPtrArray *members_take_strays(Members *members);

/* A member's name as it stands in a group's attribute: without the UID that uniqueMember may carry ("cn=a#'0101'B"; RFC
 * 4517, 3.3.21). Owned by the caller. */
char *members_name(const char *attribute, const char *value);

#endif
