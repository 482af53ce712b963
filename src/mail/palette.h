/* The colours of a mail, worked out from the organisation's one so that all text can be read (WCAG 2.2, 1.4.3: contrast at least 4.5). Pure. */
#ifndef MAIL_PALETTE_H
#define MAIL_PALETTE_H

#include <glib.h>

typedef struct {
	char bar[8];       /* "#0b5c8a": the organisation's */
	char on_bar[8];    /* text on it: white or black */
	char link[8];      /* the organisation's, darkened until it can be read on white */
	char link_dark[8]; /* lightened until it can be read on the dark ground */
} Palette;

#define PALETTE_DARK_GROUND "#1c2024"

/* From "#rrggbb"; anything else, and NULL, gives Akkoord's own blue. */
Palette palette_new(const char *colour);

/* 1 … 21 between two "#rrggbb". */
double palette_contrast(const char *a, const char *b);

#endif
