/* The names that Windows, Exchange and Outlook have for time zones. */
#ifndef ICS_WINDOWS_ZONES_H
#define ICS_WINDOWS_ZONES_H

/* The IANA zone of a Windows zone ("W. Europe Standard Time"), that of the place the name is taken from; NULL = none of that name. Case counts not. */
const char *windows_zone_iana(const char *name);

#endif
