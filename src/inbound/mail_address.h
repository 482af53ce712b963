/* Mail addresses fished out of header fields, reports and prose. */
#ifndef INBOUND_MAIL_ADDRESS_H
#define INBOUND_MAIL_ADDRESS_H

#include <glib.h>

/* The first address in the text: what stands in <> before anything else, then the first word that is one, without the signs that prose puts around it.
 * NULL: none. Owned by the caller. */
char *mail_address_find(const char *text);

/* Adds every address in the text to `addresses`, of char *, where it is not there yet (compared without case), up to `max` in it. */
void mail_address_collect(const char *text, GPtrArray *addresses, guint max);

/* Compared without case, as every mail server there is does. */
gboolean mail_address_among(const GPtrArray *addresses, const char *address);

#endif
