/* The lines of a stream, decoded to UTF-8 as they come. Memory holds a piece of the stream and the line; a line ends with LF, CR or CRLF. */
#ifndef CODEC_LINES_H
#define CODEC_LINES_H

#include <glib.h>

typedef struct Lines Lines;

/* At most `size` bytes into `buffer`; 0: the end; -1 with an error. */
typedef gssize (*LinesRead)(gpointer user_data, char *buffer, gsize size, GError **error);

/* `encoding` as iconv knows it; a byte order mark of UTF-8 or UTF-16 goes before it, and is left out. NULL: there is no such encoding. */
Lines *lines_new(const char *encoding, LinesRead read, gpointer user_data);
/* The same of bytes in memory, borrowed until lines_free(). */
Lines *lines_of(const char *encoding, const char *bytes, gsize length);
void lines_free(Lines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lines, lines_free)

/* The next line with its line break into *line, borrowed until the next. For each byte that the encoding does not have there stands 0xFF, which is no UTF-8; with UTF-8 itself
 * the bytes stand as they are. A line longer than `most` bytes comes in pieces. FALSE: that was all, or with an error. */
gboolean lines_next(Lines *lines, gsize most, const char **line, gsize *length, GError **error);

/* TRUE where iconv knows it. */
gboolean lines_knows(const char *encoding);

#endif
