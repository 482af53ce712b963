/* Files of records (DESIGN.md 4, "Records as JSON"): objects one a line, all of them in one array, or one object, each checked after a table of its members.
 * Everything that is wrong is found at once, with file and line. */
#ifndef CONFIG_JSON_RECORDS_H
#define CONFIG_JSON_RECORDS_H

#include "codec/json.h"
#include "config/problems.h"

typedef enum { MEMBER_TEXT, MEMBER_TEXTS, MEMBER_FLAG, MEMBER_OBJECT, MEMBER_OBJECTS, MEMBER_TEXTS_BY_NAME } JsonMemberType;

/* A member that is null, or a text that is "", is absent. */
typedef struct JsonMember JsonMember;
struct JsonMember {
	const char *name; /* NULL ends a table */
	JsonMemberType type;
	gboolean required;
	const JsonMember *members; /* of MEMBER_OBJECT and MEMBER_OBJECTS: what each holds */
	gboolean may_be_text;      /* of MEMBER_OBJECT: a string too */
};

typedef struct {
	Json *json; /* an object */
	guint line; /* on which it begins, from 1 */
} JsonRecord;

/* The text of one record in a file, without the blanks around it. Borrowed. */
typedef struct {
	const char *text;
	gsize length;
	guint line;
} JsonSlice;

/* Takes a file apart without a look into the records (GArray of JsonSlice, owned by the caller). `problems` gets what is wrong with an array around them. A file that is
 * one object may be written over several lines. */
GArray *json_records_split(const char *text, gsize length, const char *origin, Problems *problems);

/* One record; NULL where anything is wrong with it. Owned by the caller. */
Json *json_record_parse(const char *text, gsize length, guint line, const char *origin, const JsonMember *members, Problems *problems);

/* GArray of JsonRecord, in the order of the file, owned by the caller; empty lines are passed over. Unknown members (with the nearest name), wrong types, what
 * is missing and what is no JSON object go to `problems`; only records of which all that fits are given. */
GArray *json_records_parse(const char *text, gsize length, const char *origin, const JsonMember *members, Problems *problems);

/* The same of a file. NULL with ERROR_NOT_FOUND …: it cannot be read. */
GArray *json_records_read(const char *path, const JsonMember *members, Problems *problems, GError **error);

/* A text of the record; NULL where it is absent. Borrowed. */
const char *json_record_text(const Json *json, const char *name);

#endif
