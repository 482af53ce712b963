/* Headers of messages out, and of their parts: appended to a text whose lines end in LF, folded and encoded as mime.h says. */
#ifndef CODEC_MIME_HEADER_H
#define CODEC_MIME_HEADER_H

#include "codec/mime.h"

/* ERROR_INVALID: a character that may not stand in it. */
gboolean mime_header_is_safe(const MimeHeader *header, GError **error);
/* Of one that is safe. */
void mime_header_append(GString *out, const MimeHeader *header);

/* What a part's headers say of it: type, disposition, encoding. */
void mime_header_append_part(GString *out, const MimePart *part);

#endif
