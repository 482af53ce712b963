/* Watched folders: files are written, then renamed or closed, into it; each is taken in and moved to done/ or failed/ with the
 * reason beside it.
 *
 * Nothing is lost by a crash: a file is moved only once the store has committed what it held, and one that is found
 * again after a crash in between is known by its SHA-256. Paths are bytes: names with line breaks or without an encoding are taken
 * like any other. */
#ifndef INTAKE_FOLDER_H
#define INTAKE_FOLDER_H

#include <glib.h>

/* What is ready in a folder: not hidden, no .part, .partial, .filepart or .tmp, not written to, renamed or made for
 * `settle_s` seconds before `now`; not what is in folders below (folder_folders()). Links, pipes and devices are among it, for folder_read() to
 * refuse and folder_file_failed() to put aside: nothing waits unseen. Sorted by name. GPtrArray of char * paths; ERROR_NOT_FOUND. */
GPtrArray *folder_ready(const char *folder, gint64 now, gint64 settle_s, GError **error);

/* The folders in a watched folder, one level deep: not hidden, not done/ and failed/, no links. Sorted by name. GPtrArray of char * paths; ERROR_NOT_FOUND. */
GPtrArray *folder_folders(const char *folder, GError **error);

/* All files below a path given to `import`: a file itself; a folder recursively, without what is hidden, done/, failed/ and
 * reasons written there, links to files but not to folders followed. Sorted. ERROR_NOT_FOUND. */
GPtrArray *folder_files(const char *path, GError **error);

/* At most INTAKE_MAX_BYTES, else ERROR_INVALID, as is anything but a regular file in a watched folder (`trusted` FALSE).
 * ERROR_NOT_FOUND, ERROR_FORBIDDEN; ERROR_TRANSIENT: unreadable now, or written to meanwhile. */
GBytes *folder_read(const char *path, gboolean trusted, GError **error);

/* The same as a stream of any length. A directory is ERROR_INVALID. */
typedef struct FolderFile FolderFile;
FolderFile *folder_file_open(const char *path, gboolean trusted, GError **error);
void folder_file_close(FolderFile *file);
/* At most `size` bytes; 0: the end, which is an error too where the file was written to since it was opened; -1 with an error. */
gssize folder_file_read(FolderFile *file, char *buffer, gsize size, GError **error);

/* Moves a file that was taken in (or refused, with `reason` written to NAME.reason.txt) to done/ or failed/ beside it, under a free
 * name (NAME, NAME.2, …), durably (fsync of reason and folders). The reason is there before the file is. */
gboolean folder_file_done(const char *path, GError **error);
gboolean folder_file_failed(const char *path, const char *reason, GError **error);
/* The second under another name. */
gboolean folder_file_failed_as(const char *path, const char *name, const char *reason, GError **error);

/* The beginning of a file's name that leaves room for so many bytes more, and for a reason's ending. Owned by the caller. */
char *folder_short_name(const char *name, gsize room);

#endif
