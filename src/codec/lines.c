/* What was read stands in `raw` until it is decoded, and in `text` until it is given. */
#include "codec/lines.h"

#include <errno.h>
#include <string.h>

#define STEP (64u * 1024)

struct Lines {
	GIConv converter; /* (GIConv)-1: the stream is UTF-8 */
	char *encoding;
	LinesRead read;
	gpointer user_data;
	const char *at; /* of lines_of(): what is still to be read */
	gsize left;
	GString *raw, *text;
	gsize given;      /* of text */
	guint unit;       /* bytes to leave out where they cannot be decoded */
	gboolean begun, ended;
};

#define NO_CONVERTER ((GIConv)-1)

gboolean lines_knows(const char *encoding)
{
	GIConv converter = g_iconv_open("UTF-8", encoding);
	if (converter == NO_CONVERTER)
		return FALSE;
	g_iconv_close(converter);
	return TRUE;
}

Lines *lines_new(const char *encoding, LinesRead read, gpointer user_data)
{
	if (!lines_knows(encoding))
		return NULL;
	Lines *lines = g_new0(Lines, 1);
	lines->converter = NO_CONVERTER;
	lines->encoding = g_strdup(encoding);
	lines->read = read;
	lines->user_data = user_data;
	lines->raw = g_string_new(NULL);
	lines->text = g_string_new(NULL);
	return lines;
}

static gssize read_memory(gpointer user_data, char *buffer, gsize size, GError **error)
{
	Lines *lines = user_data;
	const gsize count = MIN(size, lines->left);
	(void)error;
	if (count > 0)
		memcpy(buffer, lines->at, count);
	lines->at += count;
	lines->left -= count;
	return (gssize)count;
}

Lines *lines_of(const char *encoding, const char *bytes, gsize length)
{
	Lines *lines = lines_new(encoding, read_memory, NULL);
	if (!lines)
		return NULL;
	lines->user_data = lines;
	lines->at = bytes;
	lines->left = length;
	return lines;
}

void lines_free(Lines *lines)
{
	if (!lines)
		return;
	if (lines->converter != NO_CONVERTER)
		g_iconv_close(lines->converter);
	g_free(lines->encoding);
	g_string_free(lines->raw, TRUE);
	g_string_free(lines->text, TRUE);
	g_free(lines);
}

static gboolean begins_with(const GString *raw, const char *mark, gsize length)
{
	return raw->len >= length && memcmp(raw->str, mark, length) == 0;
}

/* The mark says what it is, whatever was expected. */
static void begin(Lines *lines)
{
	static const struct {
		const char *mark, *encoding;
		gsize length;
	} marks[] = {{"\xEF\xBB\xBF", "UTF-8", 3}, {"\xFF\xFE", "UTF-16LE", 2}, {"\xFE\xFF", "UTF-16BE", 2}};
	const char *encoding = g_ascii_strcasecmp(lines->encoding, "UTF-16") ? lines->encoding : "UTF-16LE";
	lines->begun = TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (begins_with(lines->raw, marks[i].mark, marks[i].length)) {
			encoding = marks[i].encoding;
			g_string_erase(lines->raw, 0, (gssize)marks[i].length);
			break;
		}
	}
	lines->unit = g_ascii_strncasecmp(encoding, "UTF-16", strlen("UTF-16")) ? 1 : 2;
	if (g_ascii_strcasecmp(encoding, "UTF-8") && g_ascii_strcasecmp(encoding, "UTF8"))
		lines->converter = g_iconv_open("UTF-8", encoding);
}

static void decode(Lines *lines)
{
	char buffer[4 * 1024];
	char *in = lines->raw->str;
	gsize left = lines->raw->len;
	if (lines->converter == NO_CONVERTER) {
		g_string_append_len(lines->text, in, (gssize)left);
		g_string_truncate(lines->raw, 0);
		return;
	}
	while (left > 0) {
		char *out = buffer;
		gsize room = sizeof buffer;
		const gsize result = g_iconv(lines->converter, &in, &left, &out, &room);
		const int code = result == (gsize)-1 ? errno : 0;
		g_string_append_len(lines->text, buffer, out - buffer);
		if (code == EINVAL && !lines->ended)
			break; /* the rest of a character is to come */
		if (code == EILSEQ || code == EINVAL) {
			const gsize passed = MIN(left, lines->unit);
			g_string_append_c(lines->text, '\xFF');
			in += passed;
			left -= passed;
			g_iconv(lines->converter, NULL, NULL, NULL, NULL);
		}
	}
	g_string_erase(lines->raw, 0, in - lines->raw->str);
}

static gboolean fill(Lines *lines, GError **error)
{
	g_string_erase(lines->text, 0, (gssize)lines->given);
	lines->given = 0;
	const gsize before = lines->raw->len;
	g_string_set_size(lines->raw, before + STEP);
	const gssize count = lines->read(lines->user_data, lines->raw->str + before, STEP, error);
	g_string_truncate(lines->raw, before + (gsize)MAX(count, 0));
	if (count < 0)
		return FALSE;
	lines->ended = count == 0;
	if (!lines->begun)
		begin(lines);
	decode(lines);
	return TRUE;
}

/* The length of the line that begins at `given`; 0: its end is to come. */
static gsize find_line(const Lines *lines, gsize most)
{
	const char *start = lines->text->str + lines->given;
	const gsize left = lines->text->len - lines->given;
	for (gsize i = 0; i < MIN(left, most); i++) {
		if (start[i] == '\n' || (start[i] == '\r' && i + 1 < left && start[i + 1] != '\n') || (start[i] == '\r' && lines->ended && i + 1 == left))
			return i + 1;
		if (start[i] == '\r' && i + 1 < left)
			return i + 2;
	}
	return left >= most ? most : lines->ended ? left : 0;
}

gboolean lines_next(Lines *lines, gsize most, const char **line, gsize *length, GError **error)
{
	gsize found;
	while (!(found = find_line(lines, most))) {
		if (lines->ended)
			return FALSE;
		if (!fill(lines, error))
			return FALSE;
	}
	*line = lines->text->str + lines->given;
	*length = found;
	lines->given += found;
	return TRUE;
}
