/* The organisation's picture. Its size is said in the mail, since Outlook goes by nothing else. */
#include "mail/logo.h"

#include "base/child.h"
#include "base/error.h"
#include "base/secret.h"

#define WIDTH_MAX 220
#define HEIGHT_MAX 48
#define OCTETS_MAX 100000 /* every mail carries it */
/* An SVG is drawn twice as large as it is shown, which looks sharp. */
#define DRAWN_WIDTH "440"
#define DRAWN_HEIGHT "96"

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

/* An SVG as PNG, since no mail program that matters shows the one, and all show the other. Takes over the bytes; NULL with an error. */
static GBytes *draw(GBytes *svg, const char *path, GError **error)
{
	static const char *const program[] = {RSVG_CONVERT, "--format=png", "--keep-aspect-ratio", "--width=" DRAWN_WIDTH, "--height=" DRAWN_HEIGHT, NULL};
	const ChildTerms terms = {.timeout_s = 20, .output_max = OCTETS_MAX, .cpu_max_s = 5, .memory_max = 512u << 20, .no_files = TRUE, .input = svg};
	g_autoptr(GError) cause = NULL;
	gsize length;
	char *png = child_run_within(program, &terms, &length, NULL, &cause);
	g_bytes_unref(svg);
	if (png != NULL)
		return g_bytes_new_take(png, length);
	error_set(error, ERROR_CONFIG, "a picture that can be drawn: %s: %s", path, cause->message);
	return NULL;
}

static GBytes *load(const char *path, GError **error)
{
	g_autoptr(GError) cause = NULL;
	char *data;
	gsize length;
	if (!g_file_get_contents(path, &data, &length, &cause)) {
		error_set(error, ERROR_CONFIG, "a picture that can be read: %s", cause->message);
		return NULL;
	}
	GBytes *bytes = g_bytes_new_take(data, length);
	return picture_look(data, length).kind == PICTURE_SVG ? draw(bytes, path, error) : bytes;
}

Logo *logo_load(const char *path, const char *host, GError **error)
{
	gsize length;
	if (path == NULL)
		return NULL;
	g_autoptr(Logo) logo = g_new0(Logo, 1);
	logo->bytes = load(path, error);
	if (logo->bytes == NULL)
		return NULL;
	const char *data = g_bytes_get_data(logo->bytes, &length);
	logo->picture = picture_look(data, length);
	if (picture_subtype(logo->picture.kind) == NULL || length > OCTETS_MAX) {
		error_set(error, ERROR_CONFIG, "PNG or JPEG of at most 100 kB, or SVG: %s %s", path, length > OCTETS_MAX ? "is too large for every mail to carry" : "is none");
		return NULL;
	}
	char hex[SHA256_HEX_SIZE];
	sha256_hex(data, length, hex);
	logo->id = g_strdup_printf("logo.%.24s@%s", hex, host);
	fit(logo);
	return g_steal_pointer(&logo);
}
