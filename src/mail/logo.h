/* The organisation's picture, as a mail carries it. */
#ifndef MAIL_LOGO_H
#define MAIL_LOGO_H

#include "codec/picture.h"

typedef struct {
	GBytes *bytes;
	Picture picture;
	guint width, height; /* as it is shown: its own size, or smaller */
	char *id;            /* its Content-ID, without <>: the same for the same picture */
} Logo;

/* An SVG is drawn to a PNG by rsvg-convert, in a child within limits on time and memory that may write no file and reads no other (librsvg's door). `host` ends the id.
 * NULL without an error: no path. ERROR_CONFIG says why mails cannot show it: it cannot be read or drawn, is too large for every mail to carry, or is none of these. */
Logo *logo_load(const char *path, const char *host, GError **error);
void logo_free(Logo *logo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Logo, logo_free)

#endif
