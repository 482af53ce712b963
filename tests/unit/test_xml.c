#include <glib.h>
#include <string.h>

#include "base/error.h"
#include "codec/xml.h"
#include "codec/xml_text.h"

/* What a document says, as one string: "(name|space text )". */
typedef struct {
	GString *told;
	const char *attribute;  /* shown too */
	const char *refuse_at;  /* an element that the visitor refuses */
	gboolean refuse_text, refuse_close;
} Trace;

static gboolean refuse(GError **error)
{
	error_set(error, ERROR_CONFLICT, "the visitor says no");
	return FALSE;
}

static gboolean on_open(const XmlElement *element, gpointer user_data, GError **error)
{
	Trace *trace = user_data;

	g_string_append_printf(trace->told, "(%s", element->name);
	if (*element->space != '\0')
		g_string_append_printf(trace->told, "|%s", element->space);
	g_autofree char *value = trace->attribute != NULL ? xml_attribute(element, trace->attribute) : NULL;
	if (value != NULL)
		g_string_append_printf(trace->told, "@%s", value);
	g_string_append_c(trace->told, ' ');
	return g_strcmp0(trace->refuse_at, element->name) == 0 ? refuse(error) : TRUE;
}

static gboolean on_text(const char *text, gsize length, gpointer user_data, GError **error)
{
	Trace *trace = user_data;

	g_string_append_len(trace->told, text, (gssize)length);
	return trace->refuse_text ? refuse(error) : TRUE;
}

static gboolean on_close(gpointer user_data, GError **error)
{
	Trace *trace = user_data;

	g_string_append_c(trace->told, ')');
	return trace->refuse_close ? refuse(error) : TRUE;
}

static const XmlVisitor visitor = { on_open, on_text, on_close };

/* The trace, or "error: …". Owned by the caller. */
static char *read_bytes(const char *bytes, gsize length, const char *attribute)
{
	Trace trace = { .told = g_string_new(NULL), .attribute = attribute };
	g_autoptr(GError) error = NULL;
	/* An exact copy on the heap, so that the sanitizer sees a step beyond its end. */
	g_autofree char *copy = length > 0 ? g_memdup2(bytes, length) : g_malloc(1);

	if (!xml_read(copy, length, &visitor, &trace, &error)) {
		g_assert_cmpint(error_kind(error), ==, ERROR_INVALID);
		g_string_printf(trace.told, "error: %s", error->message);
	} else {
		g_assert_no_error(error);
	}
	return g_string_free(trace.told, FALSE);
}

static char *read_text(const char *text)
{
	return read_bytes(text, strlen(text), NULL);
}

static void test_read(void)
{
	static const char *const cases[][2] = {
		{ "<a/>", "(a )" },
		{ "<a>x</a>", "(a x)" },
		{ "<?xml version='1.0'?><a>x</a>", "(a x)" },
		{ "\xEF\xBB\xBF<a>x</a>", "(a x)" },
		{ "<!-- before --><?pi x?><a>x<!-- in -->y<?pi?></a><!-- after -->", "(a xy)" },
		{ "<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</a>", "(a <&>\"'AB)" },
		{ "<a><![CDATA[<b>&amp;]]>c</a>", "(a <b>&amp;c)" },
		{ "<a>\r\nx\ry</a>", "(a \nx\ny)" },
		{ "<a>&#13;&#10;</a>", "(a \r\n)" },
		{ "<a xmlns='u'><b/></a>", "(a|u (b|u ))" },
		{ "<p:a xmlns:p='u'><b/><p:b/></p:a>", "(a|u (b )(b|u ))" },
		{ "<a xmlns='u'><b xmlns=''/><b xmlns='v'/><b/></a>", "(a|u (b )(b|v )(b|u ))" },
		{ "<a><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd' parse='text'/></a>",
		  "(a (include|http://www.w3.org/2001/XInclude ))" },
		{ "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xE9\xA4</a>", "(a é¤)" },
		{ "<?xml version=\"1.0\" encoding='iso-8859-15'?><a>\xA4</a>", "(a €)" },
		{ "<?xml version=\"1.0\" encoding = \"windows-1252\" standalone='yes'?><a>\x80</a>", "(a €)" },
		{ "<?xml version=\"1.0\" encoding=\"us-ascii\"?><a>x</a>", "(a x)" },
		{ "<?xml version=\"1.0\" encoding=\"utf8\"?><a>é</a>", "(a é)" },
		{ "<a b='1' c=\"<!-- > -->\"/>", NULL }, /* < in an attribute */
		{ "<a b='1 > 0'/>", "(a )" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *told = read_text(cases[i][0]);
		if (cases[i][1] != NULL)
			g_assert_cmpstr(told, ==, cases[i][1]);
		else
			g_assert_true(g_str_has_prefix(told, "error: not well-formed XML: line 1: "));
	}
}

static void test_refused(void)
{
	static const char *const cases[][2] = {
		{ "", "not well-formed XML" },
		{ " ", "not well-formed XML" },
		{ "x", "not well-formed XML" },
		{ "<a>x", "line 1: Premature end of data in tag a line 1" },
		{ "<a>", "not well-formed XML: line 1" },
		{ "<a><b>x</b>", "Premature end of data in tag a line 1" },
		{ "<a></a", "not well-formed XML" },
		{ "<!-- x -->", "not well-formed XML: line 1" },
		{ "<a></b>", "not well-formed XML: line 1" },
		{ "<a>\n<b>\n</a>", "not well-formed XML: line 3" },
		{ "<a/><b/>", "not well-formed XML" },
		{ "<a/>x", "Extra content at the end of the document" },
		{ "\n<?xml version='1.0'?><a/>", "not well-formed XML" },
		{ "<a b='1' b='2'/>", "not well-formed XML" },
		{ "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", "not well-formed XML" },
		{ "<p:a/>", "Namespace prefix p" },
		{ "<a p:b='1'/>", "Namespace prefix p" },
		{ "<a><p:b/></a>", "Namespace prefix p" },
		{ "<a>&nbsp;</a>", "nbsp" },
		{ "<a b='&nbsp;'/>", "nbsp" },
		{ "<a>&#0;</a>", "not well-formed XML" },
		{ "<a>&#xD800;</a>", "not well-formed XML" },
		{ "<a>\x01</a>", "not well-formed XML" },
		{ "<a>\xC3</a>", "not well-formed XML" },
		{ "<a>\xC0\x80</a>", "not well-formed XML" },
		{ "<a>\xED\xA0\x80</a>", "not well-formed XML" },
		{ "<a>\xF5\x80\x80\x80</a>", "not well-formed XML" },
		{ "<a>\xFF</a>", "not well-formed XML" },
		{ "<a b='\xFF'/>", "not well-formed XML" },
		{ "<a><!--\xFF--></a>", "not well-formed XML" },
		{ "<a><!-- -- --></a>", "not well-formed XML" },
		{ "<a><![CDATA[x</a>", "not well-formed XML" },
		{ "<!DOCTYPE a><a/>", "has a DOCTYPE" },
		{ "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "has a DOCTYPE" },
		{ "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'><a/>", "has a DOCTYPE" },
		{ "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><a/>", "has a DOCTYPE" },
		{ "<!DOCTYPE a [", "has a DOCTYPE" },
		{ "\x1F\x8B\x08\x00", "gzip" },
		{ "<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", "the encoding UTF-7 is not read" },
		{ "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>", "declares the encoding UTF-16, but" },
		{ "<?xml version=\"1.0\" encoding=\"utf-32le\"?><a/>", "declares the encoding UTF-32LE, but" },
		{ "<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?><a/>", "the encoding ISO-2022-JP is not read" },
		{ "<?xml version=\"1.0\" encoding=\"IBM037\"?><a/>", "the encoding IBM037 is not read" },
		{ "<?xml version=\"1.0\" encoding=\"\"?><a/>", "the encoding  is not read" },
		{ "<?xml version=\"1.0\" encoding=\"a\n\x7f\"?><a/>", "the encoding A?? is not read" },
		{ "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>", "declares the encoding ISO-8859-1, but" },
		{ "<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>\x81</a>", "not valid WINDOWS-1252" },
		{ "<?xml version=\"1.0\" encoding=\"US-ASCII\"?><a>\xE9</a>", "not valid US-ASCII" },
		{ "x<a/>", "it does not begin with a tag" },
		{ "Lo\xA7\x94\x93\x40<a/>", "it does not begin with a tag" }, /* EBCDIC's <?xml */
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *told = read_text(cases[i][0]);
		g_test_message("%s", told);
		g_assert_true(g_str_has_prefix(told, "error: "));
		g_assert_nonnull(strstr(told, cases[i][1]));
		g_assert_null(strchr(told, '\n'));
	}
}

/* UTF-16 in both orders, with and without a mark and a declaration. */
static void test_utf16(void)
{
	static const struct {
		const char *encoding, *mark, *text;
		gsize mark_length;
		const char *expected;
	} cases[] = {
		{ "UTF-16LE", "\xFF\xFE", "<?xml version='1.0' encoding='UTF-16'?><a>é€😀</a>", 2, "(a é€😀)" },
		{ "UTF-16BE", "\xFE\xFF", "<?xml version='1.0' encoding='utf-16'?><a>é€😀</a>", 2, "(a é€😀)" },
		{ "UTF-16LE", "\xFF\xFE", "<a>é</a>", 2, "(a é)" },
		{ "UTF-16LE", "", "<?xml version='1.0' encoding='UTF-16LE'?><a>é</a>", 0, "(a é)" },
		{ "UTF-16BE", "", "<?xml version='1.0' encoding='UTF-16BE'?><a>é</a>", 0, "(a é)" },
		{ "UTF-16LE", "\xFF\xFE", "<?xml version='1.0' encoding='UTF-8'?><a/>", 2, "error: declares the encoding UTF-8, but is UTF-16LE" },
		{ "UTF-16BE", "\xFE\xFF", "<?xml version='1.0' encoding='UTF-16LE'?><a/>", 2, "error: declares the encoding UTF-16LE, but is UTF-16BE" },
		{ "UTF-16LE", "\xFF\xFE", "<!DOCTYPE a><a/>", 2, NULL },
		{ "UTF-32LE", "", "<a/>", 0, "error: encoded as UTF-32: UTF-8 is what is read" },
		{ "UTF-32BE", "", "<a/>", 0, "error: encoded as UTF-32: UTF-8 is what is read" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		gsize length;
		g_autofree char *body = g_convert(cases[i].text, -1, cases[i].encoding, "UTF-8", NULL, &length, NULL);
		g_autoptr(GString) bytes = g_string_new_len(cases[i].mark, (gssize)cases[i].mark_length);
		g_string_append_len(bytes, body, (gssize)length);
		g_autofree char *told = read_bytes(bytes->str, bytes->len, NULL);
		if (cases[i].expected != NULL)
			g_assert_cmpstr(told, ==, cases[i].expected);
		else
			g_assert_true(g_str_has_prefix(told, "error: has a DOCTYPE"));
	}
	g_autofree char *half = read_bytes("\xFF\xFE<\0a\0/\0>", 9, NULL);
	g_assert_true(g_str_has_prefix(half, "error: not valid UTF-16LE"));
	g_autofree char *surrogate = read_bytes("\xFF\xFE<\0a\0>\0\0\xD8<\0/\0a\0>\0", 18, NULL);
	g_assert_true(g_str_has_prefix(surrogate, "error: not valid UTF-16LE"));
}

static void test_attributes(void)
{
	static const char *const cases[][2] = {
		{ "<a s='x'/>", "(a@x )" },
		{ "<a t='x'/>", "(a )" },
		{ "<a s=''/>", "(a@ )" },
		{ "<a xmlns:p='u' p:s='x'/>", "(a )" },
		{ "<a xmlns:p='u' p:s='x' s='y'/>", "(a@y )" },
		{ "<a s='&lt;&amp;&#38;&quot;&#65;é'/>", "(a@<&&\"Aé )" },
		{ "<a s='&amp;#38;'/>", "(a@&#38; )" },
		{ "<a s=' a\n b '/>", "(a@ a  b  )" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *told = read_bytes(cases[i][0], strlen(cases[i][0]), "s");
		g_assert_cmpstr(told, ==, cases[i][1]);
	}
}

static char *nested(guint depth)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < depth; i++)
		g_string_append(text, "<a>");
	for (guint i = 0; i < depth; i++)
		g_string_append(text, "</a>");
	return g_string_free(text, FALSE);
}

static char *crowded(guint attributes, const char *name)
{
	GString *text = g_string_new("<a");

	for (guint i = 0; i < attributes; i++)
		g_string_append_printf(text, " %s%u='>'", name, i);
	g_string_append(text, "/>");
	return g_string_free(text, FALSE);
}

static void assert_verdict(const char *text, const char *error)
{
	g_autofree char *told = read_text(text);

	if (error == NULL)
		g_assert_true(g_str_has_prefix(told, "(a"));
	else
		g_assert_nonnull(strstr(told, error));
}

static void test_limits(void)
{
	g_autofree char *deep = nested(XML_MAX_DEPTH);
	g_autofree char *too_deep = nested(XML_MAX_DEPTH + 1);
	g_autofree char *far_too_deep = nested(100000);
	g_autofree char *full = crowded(XML_MAX_ATTRIBUTES, "b");
	g_autofree char *too_full = crowded(XML_MAX_ATTRIBUTES + 1, "b");
	g_autofree char *spaces = crowded(500000, "xmlns:b");
	g_autofree char *commented = g_strconcat("<a><!-- ", too_full, " --><![CDATA[", too_full, "]]><?p ", too_full, "?></a>", NULL);

	assert_verdict(deep, NULL);
	assert_verdict(too_deep, "error: elements nested more than 200 deep");
	assert_verdict(far_too_deep, "error: elements nested more than 200 deep");
	assert_verdict(full, NULL);
	assert_verdict(too_full, "error: a tag with 1001 attributes");
	assert_verdict(spaces, "error: a tag with 500000 attributes");
	assert_verdict(commented, NULL);
}

/* Many declarations in force at once make each name slow to look up; many one after the other do not. */
static void test_declarations(void)
{
	g_autoptr(GString) nested_text = g_string_new(NULL);
	g_autoptr(GString) flat = g_string_new("<a>");

	for (guint i = 0; i < 20; i++) {
		g_string_append(nested_text, "<a");
		for (guint k = 0; k < 200; k++)
			g_string_append_printf(nested_text, " xmlns:p%u='u'", i * 200 + k);
		g_string_append(nested_text, ">");
	}
	for (guint i = 0; i < 20; i++)
		g_string_append(nested_text, "</a>");
	for (guint i = 0; i < 20000; i++)
		g_string_append(flat, "<p:b xmlns:p='u'/>");
	g_string_append(flat, "</a>");
	assert_verdict(nested_text->str, "error: more namespace declarations");
	assert_verdict(flat->str, NULL);
}

/* The parser reads in pieces: wherever a character, a reference or a line break is cut, nothing changes. */
static void test_pieces(void)
{
	static const char unit[] = "é€😀&amp;\r\n<b/>";

	for (gsize shift = 0; shift < strlen(unit) + 2; shift++) {
		g_autoptr(GString) text = g_string_new("<a>");
		g_autoptr(GString) expected = g_string_new("(a ");
		for (gsize i = 0; i < shift; i++) {
			g_string_append_c(text, 'x');
			g_string_append_c(expected, 'x');
		}
		while (text->len < 200000) {
			g_string_append(text, unit);
			g_string_append(expected, "é€😀&\n(b )");
		}
		g_string_append(text, "</a>");
		g_string_append(expected, ")");
		g_autofree char *told = read_text(text->str);
		g_assert_true(strcmp(told, expected->str) == 0);
	}
}

static void test_long_text(void)
{
	g_autofree char *base64 = g_strnfill(5000000, 'A');
	g_autofree char *text = g_strconcat("<a>", base64, "</a>", NULL);
	g_autofree char *told = read_text(text);

	g_assert_cmpuint(strlen(told), ==, strlen("(a )") + strlen(base64));
}

/* What the visitor refuses ends it with the visitor's own error, and it hears nothing more. */
static void test_visitor_refuses(void)
{
	static const char text[] = "<a><b>x</b><c/>y</a>";
	static const struct {
		Trace trace;
		const char *expected;
	} cases[] = {
		{ { .refuse_at = "a" }, "(a " },
		{ { .refuse_at = "b" }, "(a (b " },
		{ { .refuse_text = TRUE }, "(a (b x" },
		{ { .refuse_close = TRUE }, "(a (b x)" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Trace trace = cases[i].trace;
		g_autoptr(GError) error = NULL;
		g_autoptr(GString) told = g_string_new(NULL);
		trace.told = told;
		g_assert_false(xml_read(text, strlen(text), &visitor, &trace, &error));
		g_assert_cmpint(error_kind(error), ==, ERROR_CONFLICT);
		g_assert_cmpstr(told->str, ==, cases[i].expected);
	}
}

/* After the first thing wrong the visitor hears nothing. */
static void test_silence_after_error(void)
{
	static const char *const texts[] = { "<a><p:b/><c/></a>", "<a>&nbsp;<c/></a>", "<a><b x=1/><c/></a>" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GString) told = g_string_new(NULL);
		Trace trace = { .told = told };
		g_assert_false(xml_read(texts[i], strlen(texts[i]), &visitor, &trace, NULL));
		g_assert_null(strstr(told->str, "(c"));
	}
}

/* After an error libxml2 goes on in silence, here into a DOCTYPE that ends where it is given no more: nothing of it stays. */
static void test_doctype_after_error(void)
{
	g_autofree char *long_value = g_strnfill(50000, 'x');
	g_autofree char *text = g_strconcat("<?xml ve'sion='1.0'?><!DOCTYPE a [<!ENTITY e 'x'><!ENTITY f '", long_value, "'>]><a>&e;</a>", NULL);
	g_autofree char *told = read_text(text);

	g_assert_true(g_str_has_prefix(told, "error: not well-formed XML: line 1: "));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xml/read", test_read);
	g_test_add_func("/xml/refused", test_refused);
	g_test_add_func("/xml/utf16", test_utf16);
	g_test_add_func("/xml/attributes", test_attributes);
	g_test_add_func("/xml/limits", test_limits);
	g_test_add_func("/xml/declarations", test_declarations);
	g_test_add_func("/xml/pieces", test_pieces);
	g_test_add_func("/xml/long-text", test_long_text);
	g_test_add_func("/xml/visitor-refuses", test_visitor_refuses);
	g_test_add_func("/xml/silence-after-error", test_silence_after_error);
	g_test_add_func("/xml/doctype-after-error", test_doctype_after_error);
	return g_test_run();
}
