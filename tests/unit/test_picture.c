#include "codec/picture.h"

#include <string.h>

#define PNG "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
#define APP0 "\xff\xe0\0\x04\0\0"
#define SOF "\xff\xc0\0\x0b\x08\0\x30\x01\x2c\x01\x01\x11\0" /* 300 wide, 48 high */
#define BYTES(text) text, sizeof(text) - 1

static void test_look(void)
{
	static const struct {
		const char *bytes;
		gsize length;
		PictureKind kind;
		guint width, height;
	} cases[] = {
		{BYTES(PNG "\0\0\x01\x2c\0\0\0\x30\x08\x06"), PICTURE_PNG, 300, 48},
		{BYTES(PNG "\0\0\x01\x2c\0\0\0"), PICTURE_UNKNOWN, 0, 0},        /* cut off */
		{BYTES(PNG "\0\0\0\0\0\0\0\x30"), PICTURE_UNKNOWN, 0, 0},        /* nothing wide */
		{BYTES(PNG "\xff\xff\xff\xff\0\0\0\x30"), PICTURE_UNKNOWN, 0, 0},
		{BYTES("\x89PNG\r\n\x1a\n\0\0\0\rJUNK\0\0\x01\x2c\0\0\0\x30"), PICTURE_UNKNOWN, 0, 0},
		{BYTES("\xff\xd8" APP0 SOF), PICTURE_JPEG, 300, 48},
		{BYTES("\xff\xd8\xff\xff" APP0 "\xff\xff\xff\xc4\0\x03\0" SOF), PICTURE_JPEG, 300, 48}, /* filling; a table, which is no frame */
		{BYTES("\xff\xd8" APP0), PICTURE_UNKNOWN, 0, 0},
		{BYTES("\xff\xd8"), PICTURE_UNKNOWN, 0, 0},
		{BYTES("\xff\xd8\xff\xe0\0\0" SOF), PICTURE_UNKNOWN, 0, 0},      /* a segment that ends before it begins */
		{BYTES("\xff\xd8\xff\xe0\xff\xff" SOF), PICTURE_UNKNOWN, 0, 0},  /* one beyond the end */
		{BYTES("\xff\xd8\xff\xda\0\x04\0\0" SOF), PICTURE_UNKNOWN, 0, 0},
		{BYTES("\xff\xd8\xff\xc0\0\x0b\x08\0\x30\x01"), PICTURE_UNKNOWN, 0, 0},
		{BYTES("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), PICTURE_SVG, 0, 0},
		{BYTES("GIF89a"), PICTURE_UNKNOWN, 0, 0},
		{BYTES(""), PICTURE_UNKNOWN, 0, 0},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *exact = g_memdup2(cases[i].bytes, cases[i].length); /* so that sanitizers see a byte too far */
		const Picture picture = picture_look(exact != NULL ? exact : "", cases[i].length);
		g_test_message("case %zu", i);
		g_assert_cmpint(picture.kind, ==, cases[i].kind);
		g_assert_cmpuint(picture.width, ==, cases[i].width);
		g_assert_cmpuint(picture.height, ==, cases[i].height);
	}
	g_assert_cmpstr(picture_subtype(PICTURE_PNG), ==, "png");
	g_assert_cmpstr(picture_subtype(PICTURE_JPEG), ==, "jpeg");
	g_assert_null(picture_subtype(PICTURE_SVG));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/picture/look", test_look);
	return g_test_run();
}
