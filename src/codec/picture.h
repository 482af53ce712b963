/* What a picture file is, and how large: enough to show it in a mail. Nothing is decoded. Pure. */
#ifndef CODEC_PICTURE_H
#define CODEC_PICTURE_H

#include <glib.h>

typedef enum { PICTURE_UNKNOWN, PICTURE_PNG, PICTURE_JPEG, PICTURE_SVG } PictureKind;

typedef struct {
	PictureKind kind;
	guint width, height; /* pixels; of SVG 0 */
} Picture;

/* PICTURE_UNKNOWN where it is none of these, or a PNG or JPEG without a size. */
Picture picture_look(const void *bytes, gsize length);

/* "png", "jpeg": the subtype of image/; NULL for what no mail can show. */
const char *picture_subtype(PictureKind kind);

#endif
