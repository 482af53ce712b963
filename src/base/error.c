/* Errors: the one place where a kind becomes an exit code and a foreign error a kind. */
#include "base/error.h"

#include <stdarg.h>

/* sysexits.h; named here because the numbers are part of the program's outside face */
enum {
	EXIT_CODE_USAGE = 64,
	EXIT_CODE_DATA = 65,
	EXIT_CODE_NO_INPUT = 66,
	EXIT_CODE_UNAVAILABLE = 69,
	EXIT_CODE_TRY_AGAIN = 75,
	EXIT_CODE_NOT_ALLOWED = 77,
	EXIT_CODE_CONFIG = 78,
};

G_DEFINE_QUARK(akkoord-error-quark, akkoord_error)

static ErrorKind file_error_kind(int code)
{
	switch (code) {
	case G_FILE_ERROR_NOENT:
	case G_FILE_ERROR_NOTDIR:
		return ERROR_NOT_FOUND;
	case G_FILE_ERROR_ACCES:
	case G_FILE_ERROR_PERM:
	case G_FILE_ERROR_ROFS:
		return ERROR_FORBIDDEN;
	case G_FILE_ERROR_NOSPC:
	case G_FILE_ERROR_INTR:
	case G_FILE_ERROR_AGAIN:
	case G_FILE_ERROR_MFILE:
	case G_FILE_ERROR_NFILE:
	case G_FILE_ERROR_NOMEM:
		return ERROR_TRANSIENT;
	default:
		return ERROR_INVALID;
	}
}

ErrorKind error_kind(const GError *error)
{
	if (error->domain == AKKOORD_ERROR)
		return (ErrorKind)error->code;
	return error->domain == G_FILE_ERROR ? file_error_kind(error->code) : ERROR_INVALID;
}

void error_set(GError **error, ErrorKind kind, const char *format, ...)
{
	if (!error)
		return;
	va_list arguments;
	va_start(arguments, format);
	g_propagate_error(error, g_error_new_valist(AKKOORD_ERROR, (int)kind, format, arguments));
	va_end(arguments);
}

int error_exit_code(const GError *error)
{
	switch (error_kind(error)) {
	case ERROR_NOT_FOUND:
		return EXIT_CODE_NO_INPUT;
	case ERROR_FORBIDDEN:
		return EXIT_CODE_NOT_ALLOWED;
	case ERROR_CONFIG:
		return EXIT_CODE_CONFIG;
	case ERROR_USAGE:
		return EXIT_CODE_USAGE;
	case ERROR_TRANSIENT:
	case ERROR_UNCERTAIN:
		return EXIT_CODE_TRY_AGAIN;
	case ERROR_UNAVAILABLE:
	case ERROR_PERMANENT:
	case ERROR_ELSEWHERE:
		return EXIT_CODE_UNAVAILABLE;
	case ERROR_INVALID:
	case ERROR_CONFLICT:
	case ERROR_BROKEN:
		break;
	}
	return EXIT_CODE_DATA;
}
