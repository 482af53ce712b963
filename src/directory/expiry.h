/* When an account ends, as directories write it. */
#ifndef DIRECTORY_EXPIRY_H
#define DIRECTORY_EXPIRY_H

#include <glib.h>

/* The instant from which an account can no longer be used. By the attribute's name: accountExpires ([MS-ADA1] 2.1: units of 100 ns since
 * 1601; 0 and 0x7FFFFFFFFFFFFFFF are never) and shadowExpire (RFC 2307: days since 1970; negative is never, and so is 0, which shadow(5)
 * leaves open); any other holds a generalizedTime (RFC 4517, 3.3.13), as krbPrincipalExpiration does.
 * INSTANT_NONE: never, or the value cannot be read. */
gint64 expiry_read(const char *attribute, const char *value);

#endif
