/* The organisation's picture. Its size is said in the mail, since Outlook goes by nothing else. */
#include "mail/logo.h"

#include "base/error.h"
#include "base/secret.h"

#define WIDTH_MAX 220
#define HEIGHT_MAX 48
#define OCTETS_MAX 100000 /* every mail carries it */

void logo_free(Logo *logo)
{
	if (logo == NULL)
		return;
	g_clear_pointer(&logo->bytes, g_bytes_unref);
	g_free(logo->id);
	g_free(logo);
}

/* Made smaller until it fits, in its own proportions. */
static void fit(Logo *logo)
{
	guint64 width = logo->picture.width, height = logo->picture.height;
	if (width > WIDTH_MAX) {
		height = MAX(height * WIDTH_MAX / width, 1);
		width = WIDTH_MAX;
	}
	if (height > HEIGHT_MAX) {
		width = MAX(width * HEIGHT_MAX / height, 1);
		height = HEIGHT_MAX;
	}
	logo->width = (guint)width;
	logo->height = (guint)height;
}

Logo *logo_load(const char *path, const char *host, GError **error)
{
	g_autoptr(GError) cause = NULL;
	char *data;
	gsize length;
	if (path == NULL)
		return NULL;
	if (!g_file_get_contents(path, &data, &length, &cause)) {
		error_set(error, ERROR_CONFIG, "a picture that can be read: %s", cause->message);
		return NULL;
	}
	g_autoptr(Logo) logo = g_new0(Logo, 1);
	logo->bytes = g_bytes_new_take(data, length);
	logo->picture = picture_look(data, length);
	if (picture_subtype(logo->picture.kind) == NULL || length > OCTETS_MAX) {
		error_set(error, ERROR_CONFIG, "PNG or JPEG of at most 100 kB: %s %s", path,
		          length > OCTETS_MAX ? "is too large for every mail to carry" : logo->picture.kind == PICTURE_SVG ? "is SVG, which Outlook and Gmail do not show" : "is neither");
		return NULL;
	}
	char hex[SHA256_HEX_SIZE];
	sha256_hex(data, length, hex);
	logo->id = g_strdup_printf("logo.%.24s@%s", hex, host);
	fit(logo);
	return g_steal_pointer(&logo);
}
