/* Files of records. An array is taken apart before it is parsed, so that every record is known by its line, and one that is wrong
 * does not hide what is wrong with the others. */
#include "config/json_records.h"

#include "base/text.h"

#include <string.h>

/* Where a file is read. */
typedef struct {
	const char *at, *end;
	guint line;
	const char *origin;
	const JsonMember *members;
	Problems *problems;
	GArray *slices;
} Reader;

static void complain(const Reader *reader, guint line, const char *setting, const Json *found, const char *wanted)
{
	g_autofree char *text = found == NULL ? NULL : js_is_string(found) ? g_strdup(js_string(found)) : js_canonical(found);
	problems_add(reader->problems, TRUE, reader->origin, line, setting, text, "%s", wanted);
}

/* ---- one record against its table ---- */

typedef struct {
	const Reader *reader;
	const JsonMember *members;
	const char *path; /* "absent[0]."; "" */
	guint line;
	gboolean fits;
} Check;

static const char *wanted_of(JsonMemberType type)
{
	static const char *const wanted[] = {
		[MEMBER_TEXT] = "a string",
		[MEMBER_TEXTS] = "a list of strings",
		[MEMBER_FLAG] = "true or false",
		[MEMBER_OBJECT] = "an object",
		[MEMBER_OBJECTS] = "a list of objects",
		[MEMBER_TEXTS_BY_NAME] = "an object of lists of strings",
	};
	return wanted[type];
}

static gboolean is_texts(const Json *value)
{
	for (gsize i = 0; i < js_array_length(value); i++)
		if (!js_is_string(js_array_get(value, i)))
			return FALSE;
	return js_is_array(value);
}

static void note_no_texts(const char *key, Json *value, gpointer all)
{
	(void)key;
	*(gboolean *)all &= is_texts(value);
}

static gboolean is_flag(const Json *value)
{
	g_autofree char *text = js_scalar_text(value);
	return !js_is_string(value) && (!g_strcmp0(text, "true") || !g_strcmp0(text, "false"));
}

static gboolean is_of_type(const Json *value, JsonMemberType type)
{
	gboolean all = TRUE;
	switch (type) {
	case MEMBER_TEXT:
		return js_is_string(value);
	case MEMBER_TEXTS:
		return is_texts(value);
	case MEMBER_FLAG:
		return is_flag(value);
	case MEMBER_OBJECT:
		return js_is_object(value);
	case MEMBER_TEXTS_BY_NAME:
		js_object_foreach(value, note_no_texts, &all);
		return js_is_object(value) && all;
	case MEMBER_OBJECTS:
		for (gsize i = 0; i < js_array_length(value); i++)
			all = all && js_is_object(js_array_get(value, i));
		break;
	}
	return js_is_array(value) && all;
}

static void check_object(Check *check, const Json *object);

static void check_inner(Check *check, const JsonMember *member, const char *path, const Json *object)
{
	Check inner = {check->reader, member->members, path, check->line, TRUE};
	check_object(&inner, object);
	check->fits &= inner.fits;
}

static void check_objects(Check *check, const JsonMember *member, const Json *list)
{
	for (gsize i = 0; i < js_array_length(list); i++) {
		g_autofree char *path = g_strdup_printf("%s%s[%" G_GSIZE_FORMAT "].", check->path, member->name, i);
		check_inner(check, member, path, js_array_get(list, i));
	}
}

static void check_members(Check *check, const JsonMember *member, const Json *object)
{
	g_autofree char *path = g_strdup_printf("%s%s.", check->path, member->name);
	check_inner(check, member, path, object);
}

static gboolean is_absent(const Json *value)
{
	g_autofree char *text = value == NULL || js_is_array(value) || js_is_object(value) ? NULL : js_scalar_text(value);
	return value == NULL || (text == NULL && !js_is_array(value) && !js_is_object(value)) || (js_is_string(value) && *js_string(value) == '\0');
}

static void check_member(Check *check, const JsonMember *member, const Json *value)
{
	g_autofree char *setting = g_strconcat(check->path, member->name, NULL);
	if (is_absent(value) && !member->required)
		return;
	if (member->may_be_text && !is_absent(value) && js_is_string(value))
		return;
	if (is_absent(value) || !is_of_type(value, member->type)) {
		g_autofree char *wanted = g_strconcat(member->may_be_text ? "a string or " : "", wanted_of(member->type), NULL);
		complain(check->reader, check->line, setting, value, wanted);
		check->fits = FALSE;
	} else if (member->type == MEMBER_OBJECTS) {
		check_objects(check, member, value);
	} else if (member->type == MEMBER_OBJECT) {
		check_members(check, member, value);
	}
}

static void check_name(const char *key, Json *value, gpointer user_data)
{
	(void)value;
	Check *check = user_data;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const JsonMember *member = check->members; member->name != NULL; member++) {
		if (strcmp(member->name, key) == 0)
			return;
		g_ptr_array_add(names, (gpointer)member->name);
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = text_nearest(key, (const char *const *)names->pdata);
	g_autofree char *known = nearest != NULL ? NULL : g_strjoinv(", ", (char **)names->pdata);
	g_autofree char *setting = g_strconcat(check->path, key, NULL);
	problems_add(check->reader->problems, TRUE, check->reader->origin, check->line, setting, NULL, "a known name: %s%s%s",
	             nearest != NULL ? "did you mean \"" : "one of ", nearest != NULL ? nearest : known, nearest != NULL ? "\"?" : "");
	check->fits = FALSE;
}

static void check_object(Check *check, const Json *object)
{
	js_object_foreach(object, check_name, check);
	for (const JsonMember *member = check->members; member->name != NULL; member++)
		check_member(check, member, js_object_get(object, member->name));
}

/* ---- the records of a text ---- */

Json *json_record_parse(const char *text, gsize length, guint line, const char *origin, const JsonMember *members, Problems *problems)
{
	const Reader reader = {.origin = origin, .members = members, .problems = problems};
	g_autoptr(GError) error = NULL;
	g_autoptr(Json) json = js_parse(text, length, &error);
	if (json == NULL) {
		problems_add(problems, TRUE, origin, line, NULL, NULL, "a JSON object (counted from there: %s)", error->message);
		return NULL;
	}
	if (!js_is_object(json)) {
		complain(&reader, line, NULL, json, "a JSON object");
		return NULL;
	}
	Check check = {&reader, members, "", line, TRUE};
	check_object(&check, json);
	return check.fits ? g_steal_pointer(&json) : NULL;
}

static void take_slice(Reader *reader, const char *stop)
{
	JsonSlice slice = {reader->at, (gsize)(stop - reader->at), reader->line};
	while (slice.length > 0 && strchr(" \t\r\n", slice.text[slice.length - 1]) != NULL && slice.text[slice.length - 1] != '\0')
		slice.length--;
	g_array_append_val(reader->slices, slice);
}

static void skip_blanks(Reader *reader)
{
	for (; reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL && *reader->at != '\0'; reader->at++)
		reader->line += *reader->at == '\n';
}

static void read_lines(Reader *reader)
{
	for (skip_blanks(reader); reader->at < reader->end; skip_blanks(reader)) {
		const char *newline = memchr(reader->at, '\n', (gsize)(reader->end - reader->at));
		const char *stop = newline != NULL ? newline : reader->end;
		take_slice(reader, stop);
		reader->at = stop;
	}
}

/* Behind the value that begins here: at the comma or bracket that follows it, as far as brackets and strings tell. */
static const char *find_end(const char *at, const char *end)
{
	guint depth = 0;
	gboolean quoted = FALSE;
	for (; at < end; at++) {
		if (quoted && *at == '\\' && at + 1 < end)
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (depth == 0 && (*at == ',' || *at == ']'))
			break;
		else if (*at == '{' || *at == '[')
			depth++;
		else if ((*at == '}' || *at == ']') && depth > 0)
			depth--;
	}
	return at;
}

static void read_array(Reader *reader)
{
	reader->at++;
	skip_blanks(reader);
	gboolean empty = reader->at < reader->end && *reader->at == ']';
	while (!empty && reader->at < reader->end) {
		const char *stop = find_end(reader->at, reader->end);
		take_slice(reader, stop);
		for (; reader->at < stop; reader->at++)
			reader->line += *reader->at == '\n';
		if (stop < reader->end && *stop == ']')
			break;
		reader->at += stop < reader->end;
		skip_blanks(reader);
	}
	const gboolean closed = reader->at < reader->end;
	reader->at += closed;
	skip_blanks(reader);
	if (!closed || reader->at < reader->end)
		complain(reader, reader->line, NULL, NULL, closed ? "nothing after the array" : "\"]\" where the array ends");
}

/* One that is written over several lines, and nothing behind it. */
static gboolean is_one_object(const Reader *reader)
{
	guint depth = 0;
	gboolean quoted = FALSE, several = FALSE;
	const char *at = reader->at;
	if (at >= reader->end || *at != '{')
		return FALSE;
	for (; at < reader->end && (depth > 0 || at == reader->at); at++) {
		several |= *at == '\n';
		if (quoted && *at == '\\' && at + 1 < reader->end)
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (!quoted && (*at == '{' || *at == '['))
			depth++;
		else if (!quoted && (*at == '}' || *at == ']'))
			depth--;
	}
	while (at < reader->end && strchr(" \t\r\n", *at) != NULL && *at != '\0')
		at++;
	return several && depth == 0 && at == reader->end;
}

GArray *json_records_split(const char *text, gsize length, const char *origin, Problems *problems)
{
	Reader reader = {text, text + length, 1, origin, NULL, problems, g_array_new(FALSE, FALSE, sizeof(JsonSlice))};
	if (length >= 3 && memcmp(text, "\357\273\277", 3) == 0)
		reader.at += 3;
	skip_blanks(&reader);
	if (reader.at < reader.end && *reader.at == '[')
		read_array(&reader);
	else if (is_one_object(&reader))
		take_slice(&reader, reader.end);
	else
		read_lines(&reader);
	return reader.slices;
}

static void clear_record(gpointer data)
{
	js_unref(((JsonRecord *)data)->json);
}

GArray *json_records_parse(const char *text, gsize length, const char *origin, const JsonMember *members, Problems *problems)
{
	g_autoptr(GArray) slices = json_records_split(text, length, origin, problems);
	GArray *records = g_array_new(FALSE, FALSE, sizeof(JsonRecord));
	g_array_set_clear_func(records, clear_record);
	for (guint i = 0; i < slices->len; i++) {
		const JsonSlice *slice = &g_array_index(slices, JsonSlice, i);
		const JsonRecord record = {json_record_parse(slice->text, slice->length, slice->line, origin, members, problems), slice->line};
		if (record.json != NULL)
			g_array_append_val(records, record);
	}
	return records;
}

GArray *json_records_read(const char *path, const JsonMember *members, Problems *problems, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, error))
		return NULL;
	g_autofree char *origin = text_clean_line(path);
	return json_records_parse(text, length, origin, members, problems);
}

const char *json_record_text(const Json *json, const char *name)
{
	const char *text = js_object_get_string(json, name);
	return text != NULL && *text != '\0' ? text : NULL;
}
