/* The first bytes of PNG (ISO/IEC 15948, 5.2 and 11.2.2) and JPEG (ITU-T T.81, B.1 and B.2.2). Invariant: nothing is read beyond `length`, whatever the bytes say. */
#include "codec/picture.h"

#include <string.h>

#define SIDE_MAX 65535u

typedef struct {
	const guchar *bytes;
	gsize length;
} Bytes;

static guint big_endian(const guchar *at, guint octets)
{
	guint value = 0;
	for (guint i = 0; i < octets; i++)
		value = value << 8 | at[i];
	return value;
}

static Picture picture_of(PictureKind kind, guint width, guint height)
{
	const gboolean ok = width > 0 && height > 0 && width <= SIDE_MAX && height <= SIDE_MAX;
	return ok ? (Picture){kind, width, height} : (Picture){0};
}

static Picture look_at_png(Bytes file)
{
	if (file.length < 24 || memcmp(file.bytes + 12, "IHDR", 4) != 0)
		return (Picture){0};
	return picture_of(PICTURE_PNG, big_endian(file.bytes + 16, 4), big_endian(file.bytes + 20, 4));
}

/* A frame's header: SOF0 to SOF15, but for three markers that mean something else. */
static gboolean is_frame(guchar marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static Picture look_at_jpeg(Bytes file)
{
	gsize at = 2;
	while (at + 4 <= file.length && file.bytes[at] == 0xff) {
		const guchar marker = file.bytes[at + 1];
		if (marker == 0xff) { /* filling */
			at++;
			continue;
		}
		const guint size = big_endian(file.bytes + at + 2, 2);
		if (is_frame(marker))
			return at + 9 <= file.length ? picture_of(PICTURE_JPEG, big_endian(file.bytes + at + 7, 2), big_endian(file.bytes + at + 5, 2)) : (Picture){0};
		if (size < 2 || marker == 0xda) /* the picture itself begins */
			break;
		at += 2 + (gsize)size;
	}
	return (Picture){0};
}

static gboolean is_svg(Bytes file)
{
	g_autofree char *head = g_strndup((const char *)file.bytes, MIN(file.length, 1000));
	return strstr(head, "<svg") != NULL;
}

Picture picture_look(const void *bytes, gsize length)
{
	static const guchar png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	const Bytes file = {bytes, length};
	if (length >= sizeof png && memcmp(bytes, png, sizeof png) == 0)
		return look_at_png(file);
	if (length >= 2 && file.bytes[0] == 0xff && file.bytes[1] == 0xd8)
		return look_at_jpeg(file);
	return length > 0 && is_svg(file) ? (Picture){.kind = PICTURE_SVG} : (Picture){0};
}

const char *picture_subtype(PictureKind kind)
{
	return kind == PICTURE_PNG ? "png" : kind == PICTURE_JPEG ? "jpeg" : NULL;
}
