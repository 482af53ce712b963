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

/* `host` ends the id. NULL without an error: no path. ERROR_CONFIG says why mails cannot show it: it cannot be read, is too large for every mail to carry, or is no PNG or JPEG (SVG is not
 * shown by Outlook and Gmail). */
Logo *logo_load(const char *path, const char *host, GError **error);
void logo_free(Logo *logo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Logo, logo_free)

#endif
