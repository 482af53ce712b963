/* GMime knows the encodings, and is given bounded pieces only: its parser of whole messages is not used, since it opens address lists and
 * nested messages as it goes, whatever their number. */
#include "codec/mime_decode.h"

#include "base/text.h"
#include <gmime/gmime.h>
#include <string.h>

static void library_init(void)
{
	static gsize done = 0;
	if (g_once_init_enter(&done)) {
		g_mime_init();
		g_once_init_leave(&done, 1);
	}
}

/* Without line ends and NUL, at most MIME_MAX_VALUE_OCTETS of it. */
static char *unfolded(MimeSpan value)
{
	GString *text = g_string_sized_new(MIN(value.length, MIME_MAX_VALUE_OCTETS));
	for (gsize i = 0; i < value.length && text->len < MIME_MAX_VALUE_OCTETS; i++)
		if (value.start[i] != '\r' && value.start[i] != '\n' && value.start[i] != '\0')
			g_string_append_c(text, value.start[i]);
	return g_string_free(text, FALSE);
}

char *mime_decode_value(MimeSpan value)
{
	library_init();
	g_autofree char *raw = unfolded(value);
	if (text_is_plain(raw) && strstr(raw, "=?") == NULL)
		return g_steal_pointer(&raw);
	if (strstr(raw, "=?") == NULL)
		return mime_decode_charset(NULL, raw, strlen(raw));
	g_autofree char *decoded = g_mime_utils_header_decode_text(NULL, raw);
	return g_utf8_make_valid(decoded != NULL ? decoded : raw, -1);
}

static char *parameter(GMimeContentType *type, const char *name)
{
	const char *value = g_mime_content_type_get_parameter(type, name);
	g_autofree char *clean = text_clean_or_null(value);
	return clean != NULL ? g_ascii_strdown(clean, -1) : NULL;
}

void mime_decode_type(MimeSpan value, MimeEntity *entity, char **boundary)
{
	library_init();
	g_autofree char *raw = unfolded(value);
	GMimeContentType *type = g_mime_content_type_parse(NULL, raw);
	g_autofree char *name = g_mime_content_type_get_mime_type(type);
	g_free(entity->type);
	entity->type = g_ascii_strdown(name, -1);
	entity->report_type = parameter(type, "report-type");
	entity->method = parameter(type, "method");
	entity->charset = parameter(type, "charset");
	entity->file_name = text_clean_or_null(g_mime_content_type_get_parameter(type, "name"));
	*boundary = g_strdup(g_mime_content_type_get_parameter(type, "boundary"));
	g_object_unref(type);
}

char *mime_decode_file_name(MimeSpan value)
{
	library_init();
	g_autofree char *raw = unfolded(value);
	GMimeContentDisposition *disposition = g_mime_content_disposition_parse(NULL, raw);
	char *name = text_clean_or_null(g_mime_content_disposition_get_parameter(disposition, "filename"));
	g_object_unref(disposition);
	return name;
}

GByteArray *mime_decode_body(const char *encoding, MimeSpan body)
{
	library_init();
	GMimeEncoding state;
	g_mime_encoding_init_decode(&state, encoding != NULL ? g_mime_content_encoding_from_string(encoding) : GMIME_CONTENT_ENCODING_DEFAULT);
	GByteArray *bytes = g_byte_array_new();
	g_byte_array_set_size(bytes, (guint)g_mime_encoding_outlen(&state, body.length));
	const gsize length = g_mime_encoding_flush(&state, body.start, body.length, (char *)bytes->data);
	g_byte_array_set_size(bytes, (guint)length);
	return bytes;
}

/* All of it by iconv, what does not fit as U+FFFD; NULL where the charset is unknown. */
static char *converted(const char *charset, const char *bytes, gsize length)
{
	GIConv iconv = g_iconv_open("UTF-8", charset);
	if (iconv == (GIConv)-1)
		return NULL;
	GString *text = g_string_sized_new(length + 16);
	char piece[4096], *in = (char *)bytes;
	while (length > 0) {
		char *out = piece;
		gsize room = sizeof piece;
		const gsize result = g_iconv(iconv, &in, &length, &out, &room);
		g_string_append_len(text, piece, out - piece);
		if (result != (gsize)-1 || out > piece || length == 0)
			continue;
		g_string_append(text, "\357\277\275");
		in++;
		length--;
	}
	g_iconv_close(iconv);
	return g_string_free(text, FALSE);
}

char *mime_decode_charset(const char *charset, const void *bytes, gsize length)
{
	library_init();
	if (length == 0)
		return g_strdup("");
	const gboolean said = charset != NULL && g_ascii_strcasecmp(charset, "us-ascii") != 0 && g_ascii_strcasecmp(charset, "utf-8") != 0;
	g_autofree char *text = said ? converted(g_mime_charset_iconv_name(charset), bytes, length) : NULL;
	if (text == NULL && !g_utf8_validate_len(bytes, length, NULL) && (charset == NULL || g_ascii_strcasecmp(charset, "utf-8") != 0))
		text = converted("windows-1252", bytes, length);
	return g_utf8_make_valid(text != NULL ? text : bytes, text != NULL ? -1 : (gssize)length);
}
