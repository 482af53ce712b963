/* Messages out. The parts are written one after another; GMime makes the headers that take more than writing (mime_header.c) and the quoted-printable.
 * Invariant: what is returned holds only CRLF line ends and no line over 998 octets; mime_format() looks at every byte to be sure. */
#include "codec/mime.h"

#include "base/error.h"
#include "base/instant.h"
#include "codec/mime_header.h"
#include <gmime/gmime.h>
#include <string.h>

#define LINE_MAX_OCTETS 998 /* RFC 5322, 2.1.1 */

/* Quoted-printable counts on LF between lines; inside base64 text needs CRLF (RFC 2045, 6.8). */
static GString *line_ends(const char *content, MimeEncoding encoding)
{
	GString *out = g_string_sized_new(strlen(content) + 64);
	for (const char *line = content, *end; *line != '\0'; line = end) {
		const char *lf = strchr(line, '\n');
		end = lf != NULL ? lf + 1 : line + strlen(line);
		g_string_append_len(out, line, (lf != NULL ? lf : end) - line);
		if (lf != NULL && lf > line && lf[-1] == '\r')
			g_string_truncate(out, out->len - 1);
		if (lf != NULL)
			g_string_append(out, encoding == MIME_BASE64 ? "\r\n" : "\n");
	}
	return out;
}

#define BASE64_LINE_BYTES 57 /* 76 characters (RFC 2045, 6.8) */

GBytes *mime_base64(GBytes *bytes)
{
	gsize length;
	const guchar *data = g_bytes_get_data(bytes, &length);
	const gsize lines = (length + BASE64_LINE_BYTES - 1) / BASE64_LINE_BYTES;
	GByteArray *out = g_byte_array_sized_new((guint)(lines * 78 + 1));
	for (gsize at = 0; at < length; at += BASE64_LINE_BYTES) {
		char line[BASE64_LINE_BYTES * 2];
		int state = 0, save = 0;
		gsize n = g_base64_encode_step(data + at, MIN(length - at, BASE64_LINE_BYTES), FALSE, line, &state, &save);
		n += g_base64_encode_close(FALSE, line + n, &state, &save);
		g_byte_array_append(out, (const guint8 *)line, (guint)n);
		g_byte_array_append(out, (const guint8 *)"\r\n", 2);
	}
	return g_byte_array_free_to_bytes(out);
}

/* LF becomes CRLF. */
static void append_lines(GByteArray *out, const char *text, gsize length)
{
	for (const char *line = text, *end; line < text + length; line = end) {
		const char *lf = memchr(line, '\n', (gsize)(text + length - line));
		end = lf != NULL ? lf + 1 : text + length;
		g_byte_array_append(out, (const guint8 *)line, (guint)((lf != NULL ? lf : end) - line));
		if (lf != NULL)
			g_byte_array_append(out, (const guint8 *)"\r\n", 2);
	}
}

static void append_quoted_printable(GByteArray *out, const char *content)
{
	g_autoptr(GString) text = line_ends(content, MIME_QUOTED_PRINTABLE);
	GMimeEncoding state;
	g_mime_encoding_init_encode(&state, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_autofree char *encoded = g_malloc(g_mime_encoding_outlen(&state, text->len));
	append_lines(out, encoded, g_mime_encoding_flush(&state, text->str, text->len, encoded));
}

static void append_base64(GByteArray *out, GBytes *bytes)
{
	g_autoptr(GBytes) encoded = mime_base64(bytes);
	gsize length;
	const void *data = g_bytes_get_data(encoded, &length);
	g_byte_array_append(out, data, (guint)length);
}

static void append_content(GByteArray *out, const MimePart *part)
{
	if (part->bytes != NULL) {
		append_base64(out, part->bytes);
	} else if (part->encoding == MIME_BASE64) {
		g_autoptr(GBytes) text = g_string_free_to_bytes(line_ends(part->content, MIME_BASE64));
		append_base64(out, text);
	} else {
		append_quoted_printable(out, part->content);
	}
}

static void append_part(GByteArray *out, GString *head, const MimePart *part);

static void append_children(GByteArray *out, const MimePart *part)
{
	for (const MimePart *const *child = part->children; *child != NULL; child++) {
		g_autoptr(GString) head = g_string_new(child == part->children ? "" : "\n");
		g_string_append_printf(head, "--%s\n", part->boundary);
		append_part(out, head, *child);
	}
	g_autofree char *last = g_strdup_printf("\n--%s--\n", part->boundary);
	append_lines(out, last, strlen(last));
}

/* `head`: what stands before the part's own headers. */
static void append_part(GByteArray *out, GString *head, const MimePart *part)
{
	mime_header_append_part(head, part);
	g_string_append_c(head, '\n');
	append_lines(out, head->str, head->len);
	if (part->children != NULL)
		append_children(out, part);
	else
		append_content(out, part);
}

/* Octets that may be sent, and nothing that ends a line. */
static gboolean line_holds(const guint8 *line, gsize length)
{
	guint8 high = 0;
	for (gsize i = 0; i < length; i++)
		high |= line[i];
	return length <= LINE_MAX_OCTETS && high < 0x80 && memchr(line, '\r', length) == NULL && memchr(line, '\0', length) == NULL;
}

static gboolean lines_hold(const GByteArray *bytes, GError **error)
{
	for (gsize at = 0, length; at < bytes->len; at += length + 2) {
		const guint8 *line = bytes->data + at, *lf = memchr(line, '\n', bytes->len - at);
		const gboolean ends = lf != NULL && lf > line && lf[-1] == '\r';
		length = ends ? (gsize)(lf - line) - 1 : bytes->len - at;
		if ((lf != NULL && !ends) || !line_holds(line, length)) {
			error_set(error, ERROR_INVALID, "a line of the message has more than %d octets, or a character that may not be sent",
			          LINE_MAX_OCTETS);
			return FALSE;
		}
	}
	return TRUE;
}

GBytes *mime_format(const MimeHeader *headers, gsize n_headers, const MimePart *body, GError **error)
{
	for (gsize i = 0; i < n_headers; i++)
		if (!mime_header_is_safe(&headers[i], error))
			return NULL;
	g_autoptr(GString) head = g_string_sized_new(1024);
	for (gsize i = 0; i < n_headers; i++)
		mime_header_append(head, &headers[i]);
	g_string_append(head, "MIME-Version: 1.0\n");
	g_autoptr(GByteArray) bytes = g_byte_array_sized_new(16384);
	append_part(bytes, head, body);
	if (bytes->data[bytes->len - 1] != '\n')
		append_lines(bytes, "\n", 1);
	if (!lines_hold(bytes, error))
		return NULL;
	return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

char *mime_date(gint64 instant, int offset_s)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const int offset_min = offset_s / 60; /* all that the form can say */
	const gint64 local = instant + (gint64)offset_min * 60;
	const gint64 second = ((local % 86400) + 86400) % 86400;
	const Date date = {.day = (gint32)((local - second) / 86400)};
	int year, month, day;
	date_get_ymd(date, &year, &month, &day);
	return g_strdup_printf("%s, %d %s %04d %02d:%02d:%02d %c%02d%02d", days[date_weekday(date) - 1], day, months[month - 1], year,
	                       (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60), offset_min < 0 ? '-' : '+',
	                       ABS(offset_min) / 60, ABS(offset_min) % 60);
}
