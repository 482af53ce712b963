/* Readable colours. What is black or white here is text, never ground: mail programs that invert colours handle that well. */
#include "mail/palette.h"

#include <string.h>

#define DEFAULT_COLOUR "#0b5c8a"
#define CONTRAST_WANTED 4.6 /* a little above 4.5: the curve below is an approximation */
#define STEPS 64

typedef struct {
	int channel[3];
} Rgb;

static gboolean rgb_parse(const char *text, Rgb *rgb)
{
	if (text == NULL || strlen(text) != 7 || text[0] != '#')
		return FALSE;
	for (int i = 0; i < 3; i++) {
		const int high = g_ascii_xdigit_value(text[1 + 2 * i]), low = g_ascii_xdigit_value(text[2 + 2 * i]);
		if (high < 0 || low < 0)
			return FALSE;
		rgb->channel[i] = high * 16 + low;
	}
	return TRUE;
}

static void rgb_format(Rgb rgb, char text[8])
{
	g_snprintf(text, 8, "#%02x%02x%02x", rgb.channel[0] & 0xff, rgb.channel[1] & 0xff, rgb.channel[2] & 0xff);
}

/* WCAG's relative luminance; the curve of sRGB by a cubic that is within 0.2 % of it. */
static double luminance(Rgb rgb)
{
	static const double weight[3] = {0.2126, 0.7152, 0.0722};
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		const double c = rgb.channel[i] / 255.0;
		sum += weight[i] * c * (c * (c * 0.305306011 + 0.682171111) + 0.012522878);
	}
	return sum;
}

static double contrast(Rgb a, Rgb b)
{
	const double one = luminance(a) + 0.05, other = luminance(b) + 0.05;
	return one > other ? one / other : other / one;
}

double palette_contrast(const char *a, const char *b)
{
	Rgb first, second;
	return rgb_parse(a, &first) && rgb_parse(b, &second) ? contrast(first, second) : 1;
}

/* `colour` mixed with `target` in as few steps as make it readable on `ground`. */
static Rgb readable(Rgb colour, Rgb target, Rgb ground)
{
	Rgb mixed = colour;
	for (int step = 1; step <= STEPS && contrast(mixed, ground) < CONTRAST_WANTED; step++)
		for (int i = 0; i < 3; i++)
			mixed.channel[i] = (colour.channel[i] * (STEPS - step) + target.channel[i] * step) / STEPS;
	return mixed;
}

Palette palette_new(const char *colour)
{
	const Rgb white = {{255, 255, 255}}, black = {{0, 0, 0}};
	Rgb own, dark_ground;
	if (!rgb_parse(colour, &own))
		rgb_parse(DEFAULT_COLOUR, &own);
	rgb_parse(PALETTE_DARK_GROUND, &dark_ground);
	Palette palette;
	rgb_format(own, palette.bar);
	rgb_format(contrast(own, white) >= contrast(own, black) ? white : black, palette.on_bar);
	rgb_format(readable(own, black, white), palette.link);
	rgb_format(readable(own, white, dark_ground), palette.link_dark);
	return palette;
}
