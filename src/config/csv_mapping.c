/* Both tables of names are made of the one list, so that columns and constants know the same. */
#include "config/csv_mapping.h"

#include "base/error.h"
#include "codec/lines.h"

#include <string.h>

#define AT(field) .offset = offsetof(CsvMapping, field)

static const CsvFieldInfo infos[] = {
#define INFO(id, name, kind, object, member, help) [CSV_##id] = {name, CSV_KIND_##kind, object, member},
	CSV_FIELDS(INFO)
#undef INFO
};

const CsvFieldInfo *csv_field_info(CsvField field)
{
	return &infos[field];
}

static gboolean fail(GError **error, const char *wanted)
{
	error_set(error, ERROR_INVALID, "%s", wanted);
	return FALSE;
}

static gboolean check_delimiter(gconstpointer value, GError **error)
{
	const char *text = value;
	return !strcmp(text, "tab") || (strlen(text) == 1 && !g_ascii_isalnum(*text) && !strchr("\"\r\n .", *text) && *text > 0) ||
	       fail(error, "one sign such as \";\", or \"tab\"");
}

static gboolean check_encoding(gconstpointer value, GError **error)
{
	return lines_knows(value) || fail(error, "an encoding that iconv knows, such as UTF-8 or WINDOWS-1252");
}

static gboolean check_decimal(gconstpointer value, GError **error)
{
	const char *text = value;
	return !strcmp(text, ".") || !strcmp(text, ",") || fail(error, "\".\" or \",\"");
}

static gboolean check_grouping(gconstpointer value, GError **error)
{
	const char *text = value;
	return (strlen(text) == 1 && strchr(".,' ", *text)) || fail(error, "one of . , ' and a blank");
}

/* One each of day, month and year. */
static gboolean check_date(gconstpointer value, GError **error)
{
	guint days = 0, months = 0, years = 0;
	for (const char *at = value; *at;) {
		const gsize same = strspn(at, (char[]){*at, '\0'});
		days += *at == 'D' && same <= 2;
		months += *at == 'M' && same <= 2;
		years += *at == 'Y' && (same == 2 || same == 4);
		if (g_ascii_isalnum(*at) && (!strchr("DMY", *at) || same > 4 || (same > 2 && *at != 'Y') || (*at == 'Y' && same % 2)))
			return fail(error, "a form of D or DD, M or MM and YY or YYYY, such as DD-MM-YYYY");
		at += same;
	}
	return (days == 1 && months == 1 && years == 1) || fail(error, "a form such as DD-MM-YYYY, with a day, a month and a year");
}

static const Option column_options[] = {
#define COLUMN(id, name, kind, object, member, text) {name, OPTION_TEXTS, .offset = offsetof(CsvMapping, columns) + CSV_##id * sizeof(GPtrArray *), .help = text},
	CSV_FIELDS(COLUMN)
#undef COLUMN
	{0},
};

static const Option constant_options[] = {
#define CONSTANT(id, name, kind, object, member, text) {name, OPTION_TEXT, .offset = offsetof(CsvMapping, constants) + CSV_##id * sizeof(char *), .help = "As in columns."},
	CSV_FIELDS(CONSTANT)
#undef CONSTANT
	{0},
};

const Option csv_mapping_options[] = {
	{"name", OPTION_TEXT, AT(name), .required = TRUE, .help = "What the form is called, for messages."},
	{"delimiter", OPTION_TEXT, AT(delimiter), .check = check_delimiter,
         .help = "What stands between two columns: one sign, or \"tab\"; without it the header row tells which of ; , | and tab it is."},
	{"encoding", OPTION_TEXT, AT(encoding), "\"UTF-8\"", .check = check_encoding,
         .help = "How the file is encoded: UTF-8, WINDOWS-1252, ISO-8859-15, UTF-16 …; a byte order mark in the file goes before it."},
	{"decimal", OPTION_TEXT, AT(decimal), "\".\"", .check = check_decimal, .help = "The decimal sign of amounts."},
	{"grouping", OPTION_TEXT, AT(grouping), .check = check_grouping, .help = "The sign that may stand before each three digits of an amount; without it none may."},
	{"date", OPTION_TEXT, AT(date), "\"YYYY-MM-DD\"", .check = check_date,
         .help = "How dates are written: D or DD, M or MM, YY (of this century) or YYYY, and what stands between them. A time behind a date does not count."},
	{"credit_notes", OPTION_TEXTS, AT(credit_notes), "\"credit-note\"",
         .help = "What stands in the column `kind` of a credit note, without regard to case; anything else is an invoice."},
	{"columns", OPTION_GROUP, .required = TRUE, .members = column_options, .help = "Which columns hold what, by their names in the header row; several are taken together."},
	{"constants", OPTION_GROUP, .members = constant_options, .help = "What holds where a row says nothing."},
	{0},
};

gpointer csv_mapping_create(const char *name)
{
	(void)name;
	return g_new0(CsvMapping, 1);
}

void csv_mapping_free(CsvMapping *mapping)
{
	if (!mapping)
		return;
	for (guint i = 0; i < CSV_FIELD_COUNT; i++) {
		g_clear_pointer(&mapping->columns[i], g_ptr_array_unref);
		g_free(mapping->constants[i]);
	}
	g_clear_pointer(&mapping->credit_notes, g_ptr_array_unref);
	g_free(mapping->name);
	g_free(mapping->delimiter);
	g_free(mapping->encoding);
	g_free(mapping->decimal);
	g_free(mapping->grouping);
	g_free(mapping->date);
	g_free(mapping);
}

static gboolean gives(const CsvMapping *mapping, CsvField field)
{
	return mapping->columns[field] || mapping->constants[field];
}

void csv_mapping_finish(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	const CsvMapping *mapping = item;
	const ConfNode *columns = conf_get(group, "columns");
	if (!columns)
		return;
	if (!mapping->columns[CSV_NUMBER])
		options_complain(reader, columns, "a column for number");
	if (!gives(mapping, CSV_SUPPLIER))
		options_complain(reader, columns, "a column or constant for supplier");
	if (!gives(mapping, CSV_GROSS) && !gives(mapping, CSV_PAYABLE))
		options_complain(reader, columns, "a column for gross or payable");
	if (!gives(mapping, CSV_ISSUE_DATE) && !gives(mapping, CSV_RECEIVED))
		options_complain(reader, columns, "a column for issue_date or received");
	if (!gives(mapping, CSV_CURRENCY))
		options_complain(reader, columns, "a column or constant for currency");
	if (mapping->grouping && !g_strcmp0(mapping->grouping, mapping->decimal))
		options_complain(reader, conf_get(group, "grouping"), "another sign than decimal");
}
