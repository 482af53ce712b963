/* Maildir (cr.yp.to/proto/maildir.html). Invariants: a file in new/ is complete and on the disk; a name is delivered once. */
#include "mail/maildir.h"

#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

gboolean maildir_prepare(const char *path, GError **error)
{
	static const char *const folders[] = {"tmp", "new", "cur"};
	for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *folder = g_build_filename(path, folders[i], NULL);
		if (g_mkdir_with_parents(folder, 0700) != 0) {
			error_set(error, ERROR_CONFIG, "maildir %s: %s", folder, g_strerror(errno));
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean name_is_safe(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && *p != '-' && *p != '_')
			return FALSE;
	return name[0] != '\0' && strlen(name) <= 200;
}

/* In new/, or in cur/ with the flags its reader gave it. */
static gboolean is_there(const char *path, const char *name)
{
	g_autofree char *fresh = g_build_filename(path, "new", name, NULL);
	if (g_file_test(fresh, G_FILE_TEST_EXISTS))
		return TRUE;
	g_autofree char *folder = g_build_filename(path, "cur", NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const gsize length = strlen(name);
	for (const char *entry; dir != NULL && (entry = g_dir_read_name(dir)) != NULL;)
		if (strncmp(entry, name, length) == 0 && (entry[length] == '\0' || entry[length] == ':'))
			return TRUE;
	return FALSE;
}

/* Names the step in errno's words. Always FALSE. */
static gboolean failed(GError **error, const char *path, const char *step)
{
	error_set(error, ERROR_TRANSIENT, "maildir %s: %s: %s", path, step, g_strerror(errno));
	return FALSE;
}

static gboolean write_all(int fd, const char *data, gsize length)
{
	while (length > 0) {
		const ssize_t n = write(fd, data, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FALSE;
		data += n;
		length -= (gsize)n;
	}
	return TRUE;
}

/* The line ends that every reader of a Maildir expects. */
static GString *with_lf(GBytes *bytes)
{
	gsize length;
	const char *data = g_bytes_get_data(bytes, &length);
	GString *out = g_string_sized_new(length);
	for (gsize i = 0; i < length; i++)
		if (data[i] != '\r' || i + 1 == length || data[i + 1] != '\n')
			g_string_append_c(out, data[i]);
	return out;
}

static gboolean write_file(const char *file, GBytes *bytes, GError **error)
{
	g_autoptr(GString) text = with_lf(bytes);
	const int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600); /* truncates what a crash left */
	if (fd < 0)
		return failed(error, file, "open");
	const gboolean written = write_all(fd, text->str, text->len) && fsync(fd) == 0;
	const int cause = errno;
	const gboolean closed = close(fd) == 0;
	if (!written)
		errno = cause;
	return (written && closed) || failed(error, file, "write");
}

static gboolean sync_folder(const char *folder, GError **error)
{
	const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return failed(error, folder, "open");
	const gboolean synced = fsync(fd) == 0 || failed(error, folder, "fsync");
	close(fd);
	return synced;
}

gboolean maildir_deliver(const char *path, const char *name, GBytes *bytes, GError **error)
{
	if (!name_is_safe(name)) {
		error_set(error, ERROR_INVALID, "maildir %s: no file name for a message", path);
		return FALSE;
	}
	if (is_there(path, name))
		return TRUE;
	g_autofree char *temporary = g_build_filename(path, "tmp", name, NULL);
	g_autofree char *final = g_build_filename(path, "new", name, NULL);
	g_autofree char *folder = g_build_filename(path, "new", NULL);
	if (!write_file(temporary, bytes, error))
		return FALSE;
	if (g_rename(temporary, final) != 0)
		return failed(error, final, "rename");
	return sync_folder(folder, error);
}
