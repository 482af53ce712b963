/* GMime's door, beside those of mime.c and mime_decode.c. It picks iso-8859-1 where it can, so UTF-8 is named for every value; it never splits a word, so that one
 * without blanks becomes an encoded word over 75 octets: free text is encoded here. What needs neither folding nor encoding nor quotes is most of what is sent, and is
 * written as it is: GMime would make objects of it. */
#include "codec/mime_header.h"

#include "base/error.h"
#include <gmime/gmime.h>
#include <string.h>

#define WORD_MAX_OCTETS 60   /* a longer one could not be folded */
#define ENCODED_MAX_BYTES 45 /* 60 characters of base64, 72 with what stands around them (RFC 2047, 2: 75) */
#define SHORT_OCTETS 70      /* a line that nobody folds */
#define BOUNDARY_OCTETS 34   /* of all that are sent: "=_" and 32 hex digits */

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

gboolean mime_header_is_safe(const MimeHeader *header, GError **error)
{
	const gboolean tokens = header->kind == MIME_HEADER_TOKENS;
	if ((header->value == NULL || (value_is_safe(header->value) && (!tokens || g_str_is_ascii(header->value)))) &&
	    (header->address == NULL || (value_is_safe(header->address) && g_str_is_ascii(header->address))))
		return TRUE;
	error_set(error, ERROR_INVALID, "header %s: a character that may not stand in it", header->name);
	return FALSE;
}

/* --- by GMime --- */

static void library_init(void)
{
	static gsize done = 0;
	if (g_once_init_enter(&done)) {
		g_mime_init();
		g_once_init_leave(&done, 1);
	}
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

static void append_object(GString *out, GMimeObject *object)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	GMimeFormatOptions *options = g_mime_format_options_new();
	g_mime_format_options_set_param_encoding_method(options, GMIME_PARAM_ENCODING_METHOD_RFC2231);
	g_mime_header_list_write_to_stream(g_mime_object_get_header_list(object), options, stream);
	g_mime_format_options_free(options);
	g_object_unref(stream);
	g_string_append_len(out, (const char *)bytes->data, bytes->len);
}

static GMimeObject *multipart_new(const MimePart *part)
{
	GMimeMultipart *multipart = g_mime_multipart_new_with_subtype(part->subtype);
	g_mime_multipart_set_boundary(multipart, part->boundary);
	if (strcmp(part->subtype, "related") == 0) { /* RFC 2387, 3.1: what the first of them is must be said */
		g_autofree char *root = g_strdup_printf("%s/%s", part->children[0]->type, part->children[0]->subtype);
		g_mime_object_set_content_type_parameter(GMIME_OBJECT(multipart), "type", root);
	}
	return GMIME_OBJECT(multipart);
}

static GMimeObject *leaf_new(const MimePart *part, gboolean base64)
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
	g_mime_part_set_content_encoding(leaf, base64 ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	return object;
}

/* --- as it is --- */

/* Only these, and single blanks between them. */
static gboolean consists_of(const char *text, const char *signs)
{
	for (const char *p = text; *p != '\0'; p++) {
		const gboolean blank = *p == ' ' && p > text && p[1] != ' ' && p[1] != '\0';
		if (!blank && !g_ascii_isalnum(*p) && strchr(signs, *p) == NULL)
			return FALSE;
	}
	return *text != '\0';
}

static gboolean is_simple(const MimeHeader *header)
{
	const gsize length = strlen(header->name) + (header->value != NULL ? strlen(header->value) : 0) + (header->address != NULL ? strlen(header->address) : 0);
	if (length > SHORT_OCTETS - strlen(":  <>"))
		return FALSE;
	if (header->kind == MIME_HEADER_MAILBOX)
		return consists_of(header->address, "@.-_+") && strchr(header->address, ' ') == NULL && (header->value == NULL || consists_of(header->value, ""));
	return consists_of(header->value, header->kind == MIME_HEADER_TOKENS ? "<>@.-_+,:" : ".,:;-/()'!");
}

void mime_header_append(GString *out, const MimeHeader *header)
{
	library_init();
	if (!is_simple(header)) {
		GMimeMessage *message = g_mime_message_new(FALSE);
		add_header(message, header);
		append_object(out, GMIME_OBJECT(message));
		g_object_unref(message);
	} else if (header->address != NULL) {
		g_string_append_printf(out, header->value != NULL ? "%s: %s <%s>\n" : "%s: %s%s\n", header->name, header->value != NULL ? header->value : "", header->address);
	} else {
		g_string_append_printf(out, "%s: %s\n", header->name, header->value);
	}
}

static void append_text_part(GString *out, const MimePart *part, gboolean base64)
{
	g_string_append_printf(out, "Content-Type: %s/%s%s%s%s\n", part->type, part->subtype, part->utf8 ? "; charset=utf-8" : "", part->method != NULL ? "; method=" : "",
	                       part->method != NULL ? part->method : "");
	g_string_append_printf(out, "Content-Transfer-Encoding: %s\n", base64 ? "base64" : "quoted-printable");
}

/* Folded as GMime does. FALSE, and nothing is appended: it is none of the three that are sent. */
static gboolean append_multipart(GString *out, const MimePart *part)
{
	const MimePart *root = part->children[0];
	const gboolean mixed = strcmp(part->subtype, "mixed") == 0, alternative = strcmp(part->subtype, "alternative") == 0;
	const gboolean related = strcmp(part->subtype, "related") == 0 && strcmp(root->type, "text") == 0 && strcmp(root->subtype, "html") == 0;
	if ((!mixed && !alternative && !related) || strlen(part->boundary) != BOUNDARY_OCTETS || !consists_of(part->boundary, "=_") || strchr(part->boundary, ' ') != NULL)
		return FALSE;
	g_string_append_printf(out, "Content-Type: multipart/%s;%sboundary=\"%s\"%s\n", part->subtype, alternative ? "\n\t" : " ", part->boundary,
	                       related ? ";\n\ttype=\"text/html\"" : "");
	return TRUE;
}

void mime_header_append_part(GString *out, const MimePart *part)
{
	library_init();
	if (part->children != NULL && append_multipart(out, part))
		return;
	const gboolean base64 = part->bytes != NULL || part->encoding == MIME_BASE64;
	if (part->content != NULL && part->attachment == NULL && part->id == NULL) {
		append_text_part(out, part, base64);
		return;
	}
	GMimeObject *object = part->children != NULL ? multipart_new(part) : leaf_new(part, base64);
	append_object(out, object);
	g_object_unref(object);
}
