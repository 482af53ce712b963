/* Text made of groups of header-like fields with empty lines between them, as in a delivery status report (RFC 3464, 2.1). A second Final-Recipient (or
 * Original-Recipient) begins a group, too: some leave the empty line out. */
#ifndef INBOUND_FIELD_GROUPS_H
#define INBOUND_FIELD_GROUPS_H

#include <glib.h>

#define FIELD_GROUPS_MAX 400

/* GPtrArray of GHashTable, lower-case name -> value: unfolded, clean, never empty; of two fields of a name in a group the first. Lines that are no field are passed
 * over; a group has at least one field. */
GPtrArray *field_groups_read(const char *text);

/* The value, borrowed; NULL: none. */
const char *field_group_get(const GHashTable *group, const char *name);

/* What follows the type ("rfc822; jo@example.nl", "smtp; 550 no such user"), borrowed from `value`; all of it where there is no type. NULL for NULL. */
const char *field_value_of_type(const char *value);

#endif
