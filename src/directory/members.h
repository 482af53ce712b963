/* From the values of a group's member attribute, or of any attribute that points to people, to those people. */
#ifndef DIRECTORY_MEMBERS_H
#define DIRECTORY_MEMBERS_H

#include "directory/finder.h"

/* `values` (of char *): DNs of people or groups, or uids where they are no DNs (memberUid). Groups among them are
 * opened where the settings' nested is "expand", each once however often and in whatever circle it comes up, to ten
 * levels and 10,000 names. Names without an entry are passed over.
 * `opened` (of char *): DNs of the groups that the values come from; may be NULL.
 * TRUE: *found is a GPtrArray of Person, each once, in the order of the values, level by level; owned by the caller.
 * FALSE as in directory.h; ERROR_PERMANENT where a group is too large, too deep, or the server gives only some of
 * its members. */
gboolean members_resolve(Finder *finder, GPtrArray *values, GPtrArray *opened, GPtrArray **found, GError **error);

/* Adds to `values` what the entry's member attribute holds. FALSE with ERROR_PERMANENT where the server gave only a
 * part. */
gboolean members_of_entry(const Entry *entry, const Settings *settings, GPtrArray *values, GError **error);

#endif
