/* The fields of the row that is read stand one behind the other, each ended by NUL. */
#include "codec/csv.h"

#include <csv.h>

struct CsvReader {
	struct csv_parser parser;
	GString *text;
	GArray *ends; /* of gsize: where each field's NUL is */
	gboolean whole;
	char delimiter;
};

static void take_field(void *field, size_t length, void *user_data)
{
	CsvReader *reader = user_data;
	const gsize start = reader->text->len;
	if (length > 0)
		g_string_append_len(reader->text, field, (gssize)length);
	const gsize end = start + length;
	g_string_append_c(reader->text, '\0');
	g_array_append_val(reader->ends, end);
}

static void take_row(int sign, void *user_data)
{
	(void)sign;
	((CsvReader *)user_data)->whole = TRUE;
}

static void begin(CsvReader *reader)
{
	csv_init(&reader->parser, CSV_STRICT);
	csv_set_delim(&reader->parser, (unsigned char)reader->delimiter);
}

CsvReader *csv_reader_new(char delimiter)
{
	CsvReader *reader = g_new0(CsvReader, 1);
	reader->delimiter = delimiter;
	reader->text = g_string_new(NULL);
	reader->ends = g_array_new(FALSE, FALSE, sizeof(gsize));
	begin(reader);
	return reader;
}

void csv_reader_free(CsvReader *reader)
{
	if (!reader)
		return;
	csv_free(&reader->parser);
	g_string_free(reader->text, TRUE);
	g_array_unref(reader->ends);
	g_free(reader);
}

void csv_reader_reset(CsvReader *reader)
{
	csv_free(&reader->parser);
	begin(reader);
	g_string_truncate(reader->text, 0);
	g_array_set_size(reader->ends, 0);
	reader->whole = FALSE;
}

static gboolean parse(CsvReader *reader, const char *text, gsize length)
{
	return csv_parse(&reader->parser, text, length, take_field, take_row, reader) == length;
}

CsvState csv_reader_line(CsvReader *reader, const char *line, gsize length)
{
	const gboolean ended = length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r');
	if (reader->whole) {
		g_string_truncate(reader->text, 0);
		g_array_set_size(reader->ends, 0);
		reader->whole = FALSE;
	}
	if (!parse(reader, line, length) || (!ended && !parse(reader, "\n", 1))) {
		csv_reader_reset(reader);
		return CSV_BROKEN;
	}
	if (reader->whole)
		return CSV_ROW;
	return reader->parser.pstate == 0 ? CSV_NOTHING : CSV_OPEN;
}

guint csv_reader_count(const CsvReader *reader)
{
	return reader->ends->len;
}

const char *csv_reader_field(const CsvReader *reader, guint index, gsize *length)
{
	const gsize start = index > 0 ? g_array_index(reader->ends, gsize, index - 1) + 1 : 0;
	if (length)
		*length = g_array_index(reader->ends, gsize, index) - start;
	return reader->text->str + start;
}
