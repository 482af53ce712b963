/* The encodings of a mail undone (GMime's door for messages that come in): of header fields, of bodies, of charsets. */
#ifndef CODEC_MIME_DECODE_H
#define CODEC_MIME_DECODE_H

#include "codec/mime_read.h"

/* A header field's value unfolded, with its encoded words (RFC 2047) and raw 8-bit characters as UTF-8; not yet cleaned. Owned by the caller. */
char *mime_decode_value(MimeSpan value);

/* Fills type, report_type, method, charset and, where it is named there, file_name from the value of Content-Type, and `boundary` (NULL: none), which
 * the caller owns. */
void mime_decode_type(MimeSpan value, MimeEntity *entity, char **boundary);

/* The file name in a Content-Disposition, clean; NULL: none. Owned by the caller. */
char *mime_decode_file_name(MimeSpan value);

/* The body without its transfer encoding, which is named as in Content-Transfer-Encoding (NULL or unknown: there is none). */
GByteArray *mime_decode_body(const char *encoding, MimeSpan body);

/* Octets of a charset (NULL: not said) as valid UTF-8. Owned by the caller. */
char *mime_decode_charset(const char *charset, const void *bytes, gsize length);

#endif
