/* The bytes of an XML file as UTF-8 text.
 *
 * XML 1.0 (fifth edition), 4.3.3 and appendix F. The encoding is settled here, from the byte order mark, the first bytes and
 * the declaration together, so that the parser never guesses and never reaches for iconv: an encoding is taken only
 * from a list, and only where mark, bytes and declaration agree. */
#include "codec/xml_text.h"

#include <string.h>

#include "base/error.h"

#define DECLARATION_MAX 512 /* bytes searched for the end of the XML declaration */

/* 8-bit supersets of ASCII without escape sequences, as XML files of office programs use them. */
static const char *const single_byte_encodings[] = {
	"US-ASCII", "ISO-8859-1", "ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-7", "ISO-8859-9",
	"ISO-8859-10", "ISO-8859-13", "ISO-8859-14", "ISO-8859-15", "ISO-8859-16", "WINDOWS-1250", "WINDOWS-1251",
	"WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1257",
};

typedef enum { UNIT_8, UNIT_16LE, UNIT_16BE } CodeUnit;

typedef struct {
	CodeUnit unit;
	gsize mark; /* bytes of the byte order mark */
} Shape;

static gboolean begins(const guchar *bytes, gsize length, const char *with, gsize count)
{
	return length >= count && memcmp(bytes, with, count) == 0;
}

static gboolean find_shape(const guchar *bytes, gsize length, Shape *shape, GError **error)
{
	if (begins(bytes, length, "\xFF\xFE\0\0", 4) || begins(bytes, length, "\0\0\xFE\xFF", 4) ||
	    begins(bytes, length, "<\0\0\0", 4) || begins(bytes, length, "\0\0\0<", 4)) {
		error_set(error, ERROR_INVALID, "encoded as UTF-32: UTF-8 is what is read");
		return FALSE;
	}
	if (begins(bytes, length, "\xEF\xBB\xBF", 3))
		*shape = (Shape){ UNIT_8, 3 };
	else if (begins(bytes, length, "\xFF\xFE", 2))
		*shape = (Shape){ UNIT_16LE, 2 };
	else if (begins(bytes, length, "\xFE\xFF", 2))
		*shape = (Shape){ UNIT_16BE, 2 };
	else if (begins(bytes, length, "<\0", 2))
		*shape = (Shape){ UNIT_16LE, 0 };
	else if (begins(bytes, length, "\0<", 2))
		*shape = (Shape){ UNIT_16BE, 0 };
	else
		*shape = (Shape){ UNIT_8, 0 };
	return TRUE;
}

/* The XML declaration in ASCII, "" where there is none; a unit that is not ASCII becomes '?'. Owned by the caller. */
static char *read_declaration(const guchar *bytes, gsize length, const Shape *shape)
{
	const gsize width = shape->unit == UNIT_8 ? 1 : 2;
	GString *head = g_string_new(NULL);

	for (gsize i = shape->mark; i + width <= length && head->len < DECLARATION_MAX; i += width) {
		guint unit = bytes[i];
		if (shape->unit == UNIT_16LE)
			unit |= (guint)bytes[i + 1] << 8;
		else if (shape->unit == UNIT_16BE)
			unit = unit << 8 | bytes[i + 1];
		g_string_append_c(head, unit > 0 && unit < 128 ? (char)unit : '?');
		if (unit == '>')
			break;
	}
	if (!g_str_has_prefix(head->str, "<?xml") || !g_ascii_isspace(head->str[5]))
		g_string_truncate(head, 0);
	return g_string_free(head, FALSE);
}

/* The value of `encoding` in a declaration, in upper case, what no name of an encoding holds as '?'; NULL where it names none. */
static char *declared_encoding(const char *declaration)
{
	const char *p = strstr(declaration, "encoding");

	if (p == NULL)
		return NULL;
	p += strlen("encoding");
	p += strspn(p, " \t\r\n");
	if (*p != '=')
		return NULL;
	p++;
	p += strspn(p, " \t\r\n");
	const char quote = *p;
	const char *end = quote == '"' || quote == '\'' ? strchr(p + 1, quote) : NULL;
	if (end == NULL)
		return NULL;
	return g_strcanon(g_ascii_strup(p + 1, end - p - 1), G_CSET_A_2_Z G_CSET_DIGITS "-._", '?');
}

static gboolean is_one_of(const char *name, const char *const *names, gsize count)
{
	for (gsize i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return TRUE;
	return FALSE;
}

static gboolean refuse_lie(const char *declared, const char *found, GError **error)
{
	error_set(error, ERROR_INVALID, "declares the encoding %s, but is %s", declared, found);
	return FALSE;
}

/* *from gets the name to convert from; NULL for UTF-8. `declared` may be NULL. */
static gboolean settle_encoding(const Shape *shape, const char *declared, const char **from, GError **error)
{
	static const char *const little[] = { "UTF-16", "UTF-16LE", "UCS-2", "ISO-10646-UCS-2" };
	static const char *const big[] = { "UTF-16", "UTF-16BE", "UCS-2", "ISO-10646-UCS-2" };

	if (shape->unit != UNIT_8) {
		const gboolean is_little = shape->unit == UNIT_16LE;
		*from = is_little ? "UTF-16LE" : "UTF-16BE";
		if (declared != NULL && !is_one_of(declared, is_little ? little : big, G_N_ELEMENTS(little)))
			return refuse_lie(declared, *from, error);
		return TRUE;
	}
	*from = NULL;
	if (declared == NULL || strcmp(declared, "UTF-8") == 0 || strcmp(declared, "UTF8") == 0)
		return TRUE;
	if (g_str_has_prefix(declared, "UTF-16") || g_str_has_prefix(declared, "UTF-32") ||
	    g_str_has_prefix(declared, "UCS-"))
		return refuse_lie(declared, "written in single bytes", error);
	if (shape->mark != 0)
		return refuse_lie(declared, "marked as UTF-8", error);
	if (!is_one_of(declared, single_byte_encodings, G_N_ELEMENTS(single_byte_encodings))) {
		error_set(error, ERROR_INVALID, "the encoding %s is not read: UTF-8, UTF-16, ISO-8859-x and Windows-125x are",
		          declared);
		return FALSE;
	}
	*from = declared;
	return TRUE;
}

static gboolean convert(const guchar *bytes, gsize length, const char *from, XmlText *text, GError **error)
{
	g_autoptr(GError) cause = NULL;
	gsize written = 0;
	char *converted = g_convert((const char *)bytes, (gssize)length, "UTF-8", from, NULL, &written, &cause);

	if (converted == NULL) {
		error_set(error, ERROR_INVALID, "not valid %s: %s", from, cause->message);
		return FALSE;
	}
	*text = (XmlText){ converted, written, converted };
	return TRUE;
}

/* What begins otherwise is not well-formed, or is a file in EBCDIC, which libxml2 would detect and convert. */
static gboolean begins_as_xml(const XmlText *text, GError **error)
{
	if (text->length == 0 || strchr("< \t\r\n", text->start[0]) == NULL || text->start[0] == '\0') {
		error_set(error, ERROR_INVALID, "not well-formed XML: it does not begin with a tag");
		return FALSE;
	}
	return TRUE;
}

/* Past the end of what `opener` begins at p (a comment, CDATA, a processing instruction), NULL where it never ends. */
static const char *skip_to(const char *p, const char *end, const char *closer)
{
	const char *found = memmem(p, (gsize)(end - p), closer, strlen(closer));

	return found != NULL ? found + strlen(closer) : NULL;
}

/* Past the end of a start tag; *attributes gets the number of its "=" outside quotes. NULL where it never ends. */
static const char *skip_tag(const char *p, const char *end, guint *attributes)
{
	const char *close = memchr(p, '>', (gsize)(end - p));

	*attributes = 0;
	if (close != NULL && memchr(p, '=', (gsize)(close - p)) == NULL)
		return close + 1; /* most tags: without an attribute no quotes hide a ">" */
	for (; p < end && *p != '>'; p++) {
		if (*p == '=')
			(*attributes)++;
		else if (*p == '"' || *p == '\'')
			p = memchr(p + 1, *p, (gsize)(end - p - 1));
		if (p == NULL)
			return NULL;
	}
	return p < end ? p + 1 : NULL;
}

/* Parsers compare each attribute with each other one: 100,000 in one tag take libxml2 a minute. */
static gboolean tags_are_bearable(const XmlText *text, GError **error)
{
	const char *p = text->start, *end = text->start + text->length;

	while (p != NULL && (p = memchr(p, '<', (gsize)(end - p))) != NULL) {
		const gsize left = (gsize)(end - p);
		guint attributes = 0;
		if (left >= 4 && memcmp(p, "<!--", 4) == 0)
			p = skip_to(p + 4, end, "-->");
		else if (left >= 9 && memcmp(p, "<![CDATA[", 9) == 0)
			p = skip_to(p + 9, end, "]]>");
		else if (left >= 2 && p[1] == '?')
			p = skip_to(p + 2, end, "?>");
		else
			p = skip_tag(p + 1, end, &attributes);
		if (attributes > XML_MAX_ATTRIBUTES) {
			error_set(error, ERROR_INVALID, "a tag with %u attributes: at most %u are read", attributes,
			          XML_MAX_ATTRIBUTES);
			return FALSE;
		}
	}
	return TRUE;
}

gboolean xml_text_open(const void *bytes, gsize length, XmlText *text, GError **error)
{
	const guchar *start = length > 0 ? bytes : (const guchar *)""; /* of no bytes the caller may have no address */
	const char *from = NULL;
	Shape shape;

	*text = (XmlText){ 0 };
	if (begins(start, length, "\x1F\x8B", 2)) {
		error_set(error, ERROR_INVALID, "gzip data: unpack it first");
		return FALSE;
	}
	if (!find_shape(start, length, &shape, error))
		return FALSE;
	g_autofree char *declaration = read_declaration(start, length, &shape);
	g_autofree char *declared = declared_encoding(declaration);
	if (!settle_encoding(&shape, declared, &from, error))
		return FALSE;
	if (from == NULL)
		*text = (XmlText){ (const char *)start + shape.mark, length - shape.mark, NULL };
	else if (!convert(start + shape.mark, length - shape.mark, from, text, error))
		return FALSE;
	if (begins_as_xml(text, error) && tags_are_bearable(text, error))
		return TRUE;
	xml_text_close(text);
	return FALSE;
}

void xml_text_close(XmlText *text)
{
	g_free(text->converted);
	*text = (XmlText){ 0 };
}
