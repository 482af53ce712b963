/* Messages in (GMime's door beside codec/mime.c): bytes of a stranger to headers, a tree of parts, decoded text.
 *
 * The tree points into the bytes given, which have to outlive it; nothing is decoded before it is asked for. Time and memory grow with the length, whatever
 * the bytes are: depth, parts, header fields and the length of each are limited, and what is above a limit is left out. */
#ifndef CODEC_MIME_READ_H
#define CODEC_MIME_READ_H

#include <glib.h>

#define MIME_MAX_DEPTH 16
#define MIME_MAX_PARTS 200     /* of a message, those of messages within it too */
#define MIME_MAX_FIELDS 500    /* of a header */
#define MIME_MAX_VALUE_OCTETS 16384

/* Octets of the message: not ended by NUL. */
typedef struct {
	const char *start;
	gsize length;
} MimeSpan;

typedef struct {
	MimeSpan name, value; /* the value still folded and encoded */
} MimeField;

typedef struct {
	GArray *fields;      /* of MimeField, in order */
	char *type;          /* lower case: "text/plain" where nothing else is said or can be read; never NULL */
	char *report_type;   /* the parameters of Content-Type by these names, lower case; NULL */
	char *method;
	char *charset;
	char *file_name;     /* clean, of Content-Disposition or Content-Type; NULL */
	MimeSpan body;       /* still encoded */
	GPtrArray *children; /* of MimeEntity *: the parts of a multipart, or the one message of a message/rfc822; empty for a leaf */
} MimeEntity;

/* A message, or what came of one: a "From " line before it is passed over, lines may end in LF, CRLF or CR, cut ones end where they end. A multipart
 * without its boundary is one leaf. ERROR_INVALID: not one header field. Owned by the caller. */
MimeEntity *mime_read(const void *bytes, gsize length, GError **error);
void mime_entity_free(MimeEntity *entity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeEntity, mime_entity_free)

/* The first field of that name (compared without case): unfolded, its encoded words decoded, as text_clean_line() leaves it. NULL: none. Owned by the caller. */
char *mime_field(const MimeEntity *entity, const char *name);

/* All of them: GPtrArray of char *. Owned by the caller. */
GPtrArray *mime_fields(const MimeEntity *entity, const char *name);

/* The body of a leaf without its transfer encoding. Owned by the caller. */
GBytes *mime_content(const MimeEntity *leaf);

/* The same as text: at most `limit` octets of content, in UTF-8 whatever charset it says (one that is unknown or does not fit is taken for UTF-8, else
 * windows-1252), HTML without its tags, lines ended by LF, control characters but TAB removed. White space stays. Never NULL; owned by the caller. */
char *mime_text(const MimeEntity *leaf, gsize limit);

#endif
