/* Errors: what kind of failure a program acts on, beside the text that a person reads.
 *
 * Every function that can fail takes a GError ** last. The code is an ErrorKind; the text names the
 * object, the attempt and the cause, one level adding its own object in front (g_prefix_error). Nobody
 * parses the text.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <glib.h>

typedef enum {
	ERROR_INVALID,     /* the data is wrong and stays wrong */
	ERROR_NOT_FOUND,   /* no such invoice, person or file */
	ERROR_CONFLICT,    /* contradicts what is recorded (already decided otherwise) */
	ERROR_FORBIDDEN,   /* understood, but not allowed to this person */
	ERROR_CONFIG,      /* akkoord.conf or the policy is wrong */
	ERROR_USAGE,       /* the command line is wrong */
	ERROR_TRANSIENT,   /* try the same again later */
	ERROR_UNAVAILABLE, /* directory or mail server cannot be reached */
	ERROR_PERMANENT,   /* a server refused it for good: trying again gives the same */
	ERROR_ELSEWHERE,   /* an entry of the directory that only another server knows, which is not asked */
	ERROR_UNCERTAIN,   /* it may have happened: the line broke before the answer */
	ERROR_BROKEN,      /* the record does not fit itself (hash chain, side record) */
} ErrorKind;

#define AKKOORD_ERROR (akkoord_error_quark())
GQuark akkoord_error_quark(void);

/* The kind of any error; one that is not AKKOORD_ERROR (a GFileError, say) is mapped: missing file ->
 * NOT_FOUND, access -> FORBIDDEN, no space or interrupted -> TRANSIENT, else INVALID. */
ErrorKind error_kind(const GError *error);

/* g_set_error for our domain: error_set(error, ERROR_INVALID, "%s: ...", ...). */
void error_set(GError **error, ErrorKind kind, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The sysexits code that the command line ends with for this kind (DESIGN.md 4, "Commands"). */
int error_exit_code(const GError *error);

#endif
