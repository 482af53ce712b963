/* Messages out (GMime's door, with mime_header.c): headers and a tree of parts in, RFC 5322 bytes out.
 *
 * The same input gives the same bytes: nothing is taken from the clock, the locale or chance. Everything is UTF-8, every part
 * quoted-printable or base64, every line ends in CRLF and has at most 998 octets, every encoded word at most 75 (RFC 2047, 2). */
#ifndef CODEC_MIME_H
#define CODEC_MIME_H

#include <glib.h>

typedef enum {
	MIME_HEADER_TEXT,    /* free text, encoded (RFC 2047) and folded here: Subject */
	MIME_HEADER_TOKENS,  /* ASCII words with a syntax of their own: Date, Message-ID, References */
	MIME_HEADER_MAILBOX, /* From, To, Reply-To: an ASCII address and a display name */
} MimeHeaderKind;

/* Values are UTF-8 without any control character. */
typedef struct {
	MimeHeaderKind kind;
	const char *name;
	const char *value;   /* of a mailbox the display name, which may be NULL */
	const char *address; /* of a mailbox */
} MimeHeader;

typedef enum { MIME_QUOTED_PRINTABLE, MIME_BASE64 } MimeEncoding;

/* A leaf (content) or a multipart (children and a boundary that the encodings cannot produce, such as "=_" and hex digits). */
typedef struct MimePart MimePart;
struct MimePart {
	const char *type;       /* "text", "multipart", "application" */
	const char *subtype;    /* "plain", "mixed" */
	gboolean utf8;          /* charset=utf-8 is said */
	const char *method;     /* of text/calendar; NULL */
	const char *attachment; /* file name: an attachment; NULL: shown in place */
	const char *id;         /* Content-ID, without <>, by which another part shows it (RFC 2392); NULL */
	MimeEncoding encoding;
	const char *content;    /* of a leaf: UTF-8; LF or CRLF ends a line. NULL: bytes, or a multipart */
	GBytes *bytes;          /* of a leaf that is no text: as they are, in base64 as mime_base64() writes it; `encoding` counts for nothing */
	const char *boundary;
	const MimePart *const *children; /* NULL-ended */
};

/* Headers in the order given, then the body. ERROR_INVALID: a header value with a control character or bad UTF-8, or tokens
 * beyond ASCII or too long to fold. */
GBytes *mime_format(const MimeHeader *headers, gsize n_headers, const MimePart *body, GError **error);

/* Base64 in lines of 76 characters, each ended by CRLF: what stands in a message for these bytes. Owned by the caller. */
GBytes *mime_base64(GBytes *bytes);

/* "Tue, 29 Dec 2026 09:00:00 +0100" (RFC 5322, 3.3), whatever the locale. Owned by the caller. */
char *mime_date(gint64 instant, int offset_s);

#endif
