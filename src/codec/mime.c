/* Messages out. GMime picks iso-8859-1 where it can, so UTF-8 is named for every value; it never splits a word, so that one without
 * blanks becomes an encoded word over 75 octets: free text is encoded here. It makes random boundaries, so they are given.
 * Invariant: what is returned holds only CRLF line ends and no line over 998 octets; mime_format() looks at every byte to be sure. */
#include "codec/mime.h"

#include "base/error.h"
#include "base/instant.h"
#include <gmime/gmime.h>
#include <string.h>

#define LINE_MAX_OCTETS 998  /* RFC 5322, 2.1.1 */
#define WORD_MAX_OCTETS 60   /* a longer one could not be folded */
#define ENCODED_MAX_BYTES 45 /* 60 characters of base64, 72 with what stands around them (RFC 2047, 2: 75) */

static void library_init(void)
{
	static gsize done = 0;
	if (g_once_init_enter(&done)) {
		g_mime_init();
		g_once_init_leave(&done, 1);
	}
}

/* PRACTICE 2.6: the one gate for header values, whoever cleaned them before. */
static gboolean value_is_safe(const char *value)
{
	if (!g_utf8_validate(value, -1, NULL))
		return FALSE;
	for (const char *p = value; *p != '\0'; p++)
		if (g_ascii_iscntrl(*p))
			return FALSE;
	return TRUE;
}

static gboolean header_is_safe(const MimeHeader *header, GError **error)
{
	const gboolean tokens = header->kind == MIME_HEADER_TOKENS;
	if ((header->value == NULL || (value_is_safe(header->value) && (!tokens || g_str_is_ascii(header->value)))) &&
	    (header->address == NULL || (value_is_safe(header->address) && g_str_is_ascii(header->address))))
		return TRUE;
	error_set(error, ERROR_INVALID, "header %s: a character that may not stand in it", header->name);
	return FALSE;
}

static gboolean needs_encoding(const char *text)
{
	gsize word = 0;
	for (const char *p = text; *p != '\0'; p++) {
		word = *p == ' ' ? 0 : word + 1;
		if ((guchar)*p >= 0x80 || word > WORD_MAX_OCTETS)
			return TRUE;
	}
	return strstr(text, "=?") != NULL;
}

/* Encoded words with a blank between them, each of whole characters. */
static char *encoded_words(const char *text)
{
	GString *out = g_string_new(NULL);
	while (*text != '\0') {
		const char *end = text;
		while (*end != '\0' && g_utf8_next_char(end) - text <= ENCODED_MAX_BYTES)
			end = g_utf8_next_char(end);
		g_autofree char *base64 = g_base64_encode((const guchar *)text, (gsize)(end - text));
		g_string_append_printf(out, "%s=?utf-8?B?%s?=", out->len > 0 ? " " : "", base64);
		text = end;
	}
	return g_string_free(out, FALSE);
}

static GMimeAddressType address_type(const char *header)
{
	if (strcmp(header, "From") == 0)
		return GMIME_ADDRESS_TYPE_FROM;
	return strcmp(header, "Reply-To") == 0 ? GMIME_ADDRESS_TYPE_REPLY_TO : GMIME_ADDRESS_TYPE_TO;
}

static void add_mailbox(GMimeMessage *message, const char *header, const char *name, const char *address)
{
	InternetAddress *mailbox = internet_address_mailbox_new(name, address);
	internet_address_list_add(g_mime_message_get_addresses(message, address_type(header)), mailbox);
	g_object_unref(mailbox);
}

static void add_header(GMimeMessage *message, const MimeHeader *header)
{
	g_autofree char *encoded = NULL;
	if (header->value != NULL && header->kind != MIME_HEADER_TOKENS && needs_encoding(header->value))
		encoded = encoded_words(header->value);
	const char *value = encoded != NULL ? encoded : header->value;
	if (header->kind == MIME_HEADER_MAILBOX)
		add_mailbox(message, header->name, value, header->address);
	else
		g_mime_object_append_header(GMIME_OBJECT(message), header->name, value, "utf-8");
}

static GMimeObject *part_new(const MimePart *part);

static GMimeObject *multipart_new(const MimePart *part)
{
	GMimeMultipart *multipart = g_mime_multipart_new_with_subtype(part->subtype);
	g_mime_multipart_set_boundary(multipart, part->boundary);
	if (strcmp(part->subtype, "related") == 0) { /* RFC 2387, 3.1: what the first of them is must be said */
		g_autofree char *root = g_strdup_printf("%s/%s", part->children[0]->type, part->children[0]->subtype);
		g_mime_object_set_content_type_parameter(GMIME_OBJECT(multipart), "type", root);
	}
	for (const MimePart *const *child = part->children; *child != NULL; child++) {
		GMimeObject *object = part_new(*child);
		g_mime_multipart_add(multipart, object);
		g_object_unref(object);
	}
	return GMIME_OBJECT(multipart);
}

/* Quoted-printable counts on LF between lines; inside base64 text needs CRLF (RFC 2045, 6.8). */
static char *line_ends(const char *content, MimeEncoding encoding)
{
	GString *out = g_string_new(NULL);
	for (const char *p = content; *p != '\0'; p++) {
		if (p[0] == '\r' && p[1] == '\n')
			continue;
		if (*p == '\n' && encoding == MIME_BASE64)
			g_string_append_c(out, '\r');
		g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
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

static void set_content(GMimePart *leaf, const void *data, gsize length, GMimeContentEncoding is, GMimeContentEncoding becomes)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(data, length);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, is);
	g_mime_part_set_content(leaf, content);
	g_mime_part_set_content_encoding(leaf, becomes);
	g_object_unref(content);
	g_object_unref(stream);
}

static void set_text(GMimePart *leaf, const MimePart *part)
{
	g_autofree char *text = line_ends(part->content, part->encoding);
	set_content(leaf, text, strlen(text), GMIME_CONTENT_ENCODING_DEFAULT,
	            part->encoding == MIME_BASE64 ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
}

static void set_bytes(GMimePart *leaf, GBytes *bytes)
{
	g_autoptr(GBytes) encoded = mime_base64(bytes);
	gsize length;
	const void *data = g_bytes_get_data(encoded, &length);
	set_content(leaf, data, length, GMIME_CONTENT_ENCODING_BASE64, GMIME_CONTENT_ENCODING_BASE64);
}

static GMimeObject *leaf_new(const MimePart *part)
{
	GMimePart *leaf = g_mime_part_new_with_type(part->type, part->subtype);
	GMimeObject *object = GMIME_OBJECT(leaf);
	if (part->utf8)
		g_mime_object_set_content_type_parameter(object, "charset", "utf-8");
	if (part->method != NULL)
		g_mime_object_set_content_type_parameter(object, "method", part->method);
	if (part->attachment != NULL) {
		g_mime_object_set_disposition(object, GMIME_DISPOSITION_ATTACHMENT);
		g_mime_part_set_filename(leaf, part->attachment);
	}
	if (part->id != NULL) {
		g_mime_object_set_content_id(object, part->id);
		g_mime_object_set_disposition(object, GMIME_DISPOSITION_INLINE);
	}
	if (part->bytes != NULL)
		set_bytes(leaf, part->bytes);
	else
		set_text(leaf, part);
	return object;
}

static GMimeObject *part_new(const MimePart *part)
{
	return part->content != NULL || part->bytes != NULL ? leaf_new(part) : multipart_new(part);
}

static gboolean lines_hold(const GByteArray *bytes, GError **error)
{
	gsize length = 0;
	for (gsize i = 0; i < bytes->len; i++) {
		const gboolean cr = bytes->data[i] == '\r';
		const gboolean ends = cr && i + 1 < bytes->len && bytes->data[i + 1] == '\n';
		if (ends) {
			length = 0;
			i++;
		} else if (cr || bytes->data[i] == '\n' || bytes->data[i] == '\0' || bytes->data[i] >= 0x80 || ++length > LINE_MAX_OCTETS) {
			error_set(error, ERROR_INVALID, "a line of the message has more than %d octets, or a character that may not be sent",
			          LINE_MAX_OCTETS);
			return FALSE;
		}
	}
	return TRUE;
}

static GByteArray *message_bytes(GMimeMessage *message)
{
	GByteArray *bytes = g_byte_array_new();
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	GMimeFormatOptions *options = g_mime_format_options_new();
	g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_format_options_set_param_encoding_method(options, GMIME_PARAM_ENCODING_METHOD_RFC2231);
	g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
	g_mime_format_options_free(options);
	g_object_unref(stream);
	return bytes;
}

GBytes *mime_format(const MimeHeader *headers, gsize n_headers, const MimePart *body, GError **error)
{
	library_init();
	for (gsize i = 0; i < n_headers; i++)
		if (!header_is_safe(&headers[i], error))
			return NULL;
	GMimeMessage *message = g_mime_message_new(FALSE);
	for (gsize i = 0; i < n_headers; i++)
		add_header(message, &headers[i]);
	GMimeObject *part = part_new(body);
	g_mime_message_set_mime_part(message, part);
	g_autoptr(GByteArray) bytes = message_bytes(message);
	g_object_unref(part);
	g_object_unref(message);
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
