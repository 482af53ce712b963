/* What goes over the wire. The files that messages bear stand among the blobs, each once, however many messages bear it: a body is kept without
 * their base64, and gets it back where it is read. */
#include "store/store_internal.h"

#include "codec/mime.h"
#include "store/store_body.h"

#include <string.h>

static const char INSERT_BODY[] = "INSERT INTO message_body (message, bytes) VALUES (:message, :bytes)";
static const char INSERT_FILE[] = "INSERT INTO message_file (message, position, sha256) VALUES (:message, :position, :sha256)";
static const char FILES_OF[] =
	"SELECT message_file.position, blob.bytes FROM message_file JOIN blob ON blob.sha256 = message_file.sha256"
	" WHERE message_file.message = :message ORDER BY message_file.position";

static gboolean insert_file(Store *store, const char *message, gsize position, const char *sha256, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, INSERT_FILE, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":message", message);
	sql_bind_integer(statement, ":position", (gint64)position);
	sql_bind_text(statement, ":sha256", sha256);
	return sql_run(statement, NULL, error);
}

/* Takes the file out of the body, where it stands in it as mime_base64() writes it. */
static gboolean cut_out(Store *store, const char *message, GByteArray *body, gsize *from, GBytes *file, GError **error)
{
	g_autoptr(GBytes) base64 = mime_base64(file);
	gsize length, size;
	const void *needle = g_bytes_get_data(base64, &length), *data = g_bytes_get_data(file, &size);
	const guint8 *found = length > 0 ? memmem(body->data + *from, body->len - *from, needle, length) : NULL;
	char sha256[SHA256_HEX_SIZE];
	if (found == NULL)
		return TRUE;
	*from = (gsize)(found - body->data);
	g_byte_array_remove_range(body, (guint)*from, (guint)length);
	return store_put_blob(store, data, size, sha256, error) && insert_file(store, message, *from, sha256, error);
}

static gboolean insert_body(Store *store, const char *message, const GByteArray *body, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, INSERT_BODY, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":message", message);
	sql_bind_blob(statement, ":bytes", body->data, body->len);
	return sql_run(statement, NULL, error);
}

/* Places are counted in what is kept: each file is cut out before the next is looked for, behind it. */
gboolean store_body_write(Store *store, const char *message, GBytes *bytes, const GPtrArray *files, GError **error)
{
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);
	g_autoptr(GByteArray) body = g_byte_array_sized_new((guint)length);
	g_byte_array_append(body, data, (guint)length);
	gsize from = 0;
	for (guint i = 0; files != NULL && i < files->len; i++)
		if (!cut_out(store, message, body, &from, files->pdata[i], error))
			return FALSE;
	if (insert_body(store, message, body, error))
		return TRUE;
	g_prefix_error(error, "message.queued of %s: ", message);
	return FALSE;
}

/* Of `text`, which may be NULL where it is empty, what stands from `from` until before `until`. */
static void append_part(GByteArray *whole, const guint8 *text, gsize from, gsize until)
{
	if (from < until)
		g_byte_array_append(whole, text + from, (guint)(until - from));
}

/* The first file first: each then stands where it was cut out. */
GBytes *store_body_join(Store *store, const char *message, const void *outline, gsize length, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, FILES_OF, error);
	g_autoptr(GByteArray) whole = g_byte_array_new();
	gsize done = 0;
	if (statement == NULL)
		return NULL;
	sql_bind_text(statement, ":message", message);
	SqlStep step;
	while ((step = sql_step(statement, error)) == SQL_ROW) {
		gsize size, base64_size;
		const gsize position = MIN((gsize)sql_integer(statement, 0), length);
		const void *data = sql_blob(statement, 1, &size);
		g_autoptr(GBytes) file = g_bytes_new(data, size);
		g_autoptr(GBytes) base64 = mime_base64(file);
		const guint8 *text = g_bytes_get_data(base64, &base64_size);
		append_part(whole, outline, done, position);
		g_byte_array_append(whole, text, (guint)base64_size);
		done = MAX(done, position);
	}
	if (step == SQL_FAILED)
		return NULL;
	append_part(whole, outline, done, length);
	return g_byte_array_free_to_bytes(g_steal_pointer(&whole));
}
