/* Mails as they come: every line end, broken structure, charsets, and what is made to hurt. */
#include "base/error.h"
#include "codec/html_text.h"
#include "codec/mime_read.h"
#include <string.h>

static MimeEntity *read_text(const char *text)
{
	g_autoptr(GError) error = NULL;
	MimeEntity *mail = mime_read(text, strlen(text), &error);
	g_assert_no_error(error);
	return mail;
}

static const MimeEntity *child(const MimeEntity *mail, guint index)
{
	g_assert_cmpuint(index, <, mail->children->len);
	return g_ptr_array_index(mail->children, index);
}

static void assert_field(const char *text, const char *name, const char *expected)
{
	g_autoptr(MimeEntity) mail = read_text(text);
	g_autofree char *value = mime_field(mail, name);
	g_assert_cmpstr(value, ==, expected);
}

static void test_fields(void)
{
	assert_field("Subject: a\n b\n\tc\n\nbody", "subject", "a b c");
	assert_field("SUBJECT : a\r\nTo: b\r\n\r\nx", "To", "b");
	assert_field("Subject: =?utf-8?B?w6k=?= =?iso-8859-1?Q?=E9?=\n\n", "Subject", "éé");
	assert_field("Subject: =?iso-8859-2?Q?odpowied=BC?=\n\n", "Subject", "odpowiedź");
	assert_field("Subject: =?x-none?Q?a?=\n\n", "Subject", "a");
	assert_field("Subject: caf\xe9\n\n", "Subject", "café");
	assert_field("Subject: \xd0\x9f\n\n", "Subject", "П");
	assert_field("From jo@example.net Mon\nSubject: a\n\n", "Subject", "a");
	assert_field("\xef\xbb\xbf\n\nSubject: a\n\n", "Subject", "a");
	assert_field("Subject: one\rTo: two\r\rbody\r", "To", "two");
	assert_field("A: 1\nno field\nB: 2\n\n", "B", NULL);
	assert_field("A: 1\n\nB: 2\n\n", "B", NULL);
	assert_field("Subject: a\x01\xe2\x80\xae" "b\n\n", "Subject", "ab");
}

static void test_none(void)
{
	static const char *const none[] = {"", "\n\n", "hello\n", " folded: x\n\n", ": x\n\n", "a b: c\n\n"};
	for (gsize i = 0; i < G_N_ELEMENTS(none); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(mime_read(none[i], strlen(none[i]), &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	}
}

static void assert_text(const char *header, const char *body, const char *expected)
{
	g_autofree char *text = g_strconcat(header, "\n\n", body, NULL);
	g_autoptr(MimeEntity) mail = read_text(text);
	g_autofree char *found = mime_text(mail, 1000);
	g_assert_cmpstr(found, ==, expected);
}

static void test_texts(void)
{
	assert_text("A: 1", "a\r\nb\rc\n", "a\nb\nc\n");
	assert_text("Content-Transfer-Encoding: base64", "w6k=", "é");
	assert_text("Content-Transfer-Encoding: BASE64", "w6*k!=", "é");
	assert_text("Content-Transfer-Encoding: quoted-printable", "=C3=A9=\n=zz=", "é=zz");
	assert_text("Content-Type: text/plain; charset=iso-8859-1", "\xe9", "é");
	assert_text("Content-Type: text/plain; charset=x-unheard-of", "\xe9", "é");
	assert_text("Content-Type: text/plain; charset=utf-8", "\xe9", "\xef\xbf\xbd");
	assert_text("Content-Type: text/plain; charset=iso-2022-jp", "\x1b$B$\"\x1b(B", "あ");
	assert_text("Content-Type: text/plain; charset=us-ascii", "\xe9", "é");
	assert_text("Content-Type: text/html", "<p>a &amp; &lt;b&gt;<br>c<style>x</style><script>y", "\na & <b>\nc");
	assert_text("Content-Type: ;;;==\"", "a", "a");
}

static void test_html(void)
{
	static const struct {
		const char *html, *text;
	} cases[] = {
		{"a<b>c</b>d", "acd"}, {"a<!-- <p> -->b", "ab"}, {"a<!-- never ends", "a"}, {"1 < 2 & 3", "1 < 2 & 3"}, {"&#233;&#xe9;&#0;&#99999999999;", "éé&#0;&#99999999999;"},
		{"<td>a</td><td>b</td>", " a  b "}, {"a<p", "a\n"}, {"<STYLE>x</STYLE>y", "y"}, {"<stylex>y", "y"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = html_text(cases[i].html);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void test_parts(void)
{
	g_autoptr(MimeEntity) mail = read_text("Content-Type: multipart/mixed; boundary=\"b b\"\n\npreamble\n--b b\nContent-Type: Text/HTML\n\none\n--b b  \n\ntwo\n"
	                                       "--b bc\n--b b\nContent-Type: message/rfc822\n\nSubject: inner\n\nthree\n--b b--\n--b b\nafter\n");
	g_assert_cmpuint(mail->children->len, ==, 3);
	g_assert_cmpstr(child(mail, 0)->type, ==, "text/html");
	g_autofree char *two = mime_text(child(mail, 1), 100), *inner = mime_field(child(child(mail, 2), 0), "Subject");
	g_assert_cmpstr(two, ==, "two\n--b bc\n");
	g_assert_cmpstr(inner, ==, "inner");
}

/* Cut off, without the boundary that is announced, or with one that never comes. */
static void test_broken_parts(void)
{
	g_autoptr(MimeEntity) cut = read_text("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none");
	g_assert_cmpuint(cut->children->len, ==, 1);
	g_autoptr(MimeEntity) without = read_text("Content-Type: multipart/mixed\n\n--b\n\none");
	g_assert_cmpstr(without->type, ==, "text/plain");
	g_autoptr(MimeEntity) never = read_text("Content-Type: multipart/mixed; boundary=c\n\n--b\n\none");
	g_assert_cmpuint(never->children->len, ==, 0);
}

static guint depth_of(const MimeEntity *mail)
{
	return mail->children->len == 0 ? 0 : 1 + depth_of(child(mail, 0));
}

static void test_deep(void)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < 5000; i++)
		g_string_append_printf(text, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
	g_autoptr(MimeEntity) mail = read_text(text->str);
	g_assert_cmpuint(depth_of(mail), ==, MIME_MAX_DEPTH);
	g_string_assign(text, "");
	for (guint i = 0; i < 5000; i++)
		g_string_append(text, "Content-Type: message/rfc822\n\n");
	g_autoptr(MimeEntity) messages = read_text(text->str);
	g_assert_cmpuint(depth_of(messages), ==, MIME_MAX_DEPTH);
	g_string_free(text, TRUE);
}

static void test_many(void)
{
	GString *text = g_string_new("Content-Type: multipart/mixed; boundary=b\n");
	for (guint i = 0; i < 10 * MIME_MAX_FIELDS; i++)
		g_string_append(text, "To: x\n");
	for (guint i = 0; i < 10 * MIME_MAX_PARTS; i++)
		g_string_append(text, "\n--b\n");
	g_autoptr(MimeEntity) mail = read_text(text->str);
	g_assert_cmpuint(mail->fields->len, ==, MIME_MAX_FIELDS);
	g_assert_cmpuint(mail->children->len, ==, MIME_MAX_PARTS - 1);
	g_string_free(text, TRUE);
}

/* A line as long as the mail, a word of colons, parameters without end: what made other readers recurse or loop. */
static void test_long(void)
{
	static const char *const beginnings[] = {"From: ", "Content-Type: multipart/mixed; \xd1=\"", "Content-Type: text/plain; a*0=", "Content-Disposition: attachment; filename=\"", "Subject: =?utf-8?B?"};
	static const char fills[] = ":;=\"(<,\\*?\xd1";
	for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++)
		for (gsize j = 0; j < sizeof fills - 1; j++) {
			g_autofree char *fill = g_strnfill(200000, fills[j]);
			g_autofree char *text = g_strconcat(beginnings[i], fill, "\n\nbody", NULL);
			g_autoptr(MimeEntity) mail = read_text(text);
			g_autofree char *from = mime_field(mail, "From"), *subject = mime_field(mail, "Subject");
			g_assert_true(from == NULL || strlen(from) <= 3 * MIME_MAX_VALUE_OCTETS);
			g_assert_true(subject == NULL || g_utf8_validate(subject, -1, NULL));
		}
}

static void test_nul(void)
{
	static const char bytes[] = "Subject: a\0b\nContent-Type: text/plain\0; charset=utf-8\n\nc\0d";
	g_autoptr(MimeEntity) mail = mime_read(bytes, sizeof bytes - 1, NULL);
	g_assert_nonnull(mail);
	g_autofree char *subject = mime_field(mail, "Subject"), *text = mime_text(mail, 100);
	g_assert_cmpstr(subject, ==, "ab");
	g_assert_true(g_utf8_validate(text, -1, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mime-read/fields", test_fields);
	g_test_add_func("/mime-read/none", test_none);
	g_test_add_func("/mime-read/texts", test_texts);
	g_test_add_func("/mime-read/html", test_html);
	g_test_add_func("/mime-read/parts", test_parts);
	g_test_add_func("/mime-read/broken-parts", test_broken_parts);
	g_test_add_func("/mime-read/deep", test_deep);
	g_test_add_func("/mime-read/many", test_many);
	g_test_add_func("/mime-read/long", test_long);
	g_test_add_func("/mime-read/nul", test_nul);
	return g_test_run();
}
