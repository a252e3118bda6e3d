/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_log.h - entries of JSON by loggers that look like lager and are not
 *
 *   {"log_level":1,"timestamp":1648568063.717377,"message":"endpoint-registered","source":"vcap.gorouter.registry","data":{}}
 *   {"timestamp":1383086544.1,"message":"text","log_level":"warn","source":"NatsStreamForwarder","data":null,"process_id":3}
 *
 * gorouter: a number for the time, or RFC 3339; the levels are 0 debug, 1 info, 2 warn, 3 error
 * and 4 fatal, where lager has 2 for error and 3 for fatal; no source before the message.
 * steno (DEA, NATS, HM9000, the first gorouter): a number for the time, a word for the level.
 *
 * Texts are as they stand in the JSON and may be marked as escaped; data is its object if it is
 * one; the origin is that of a prefix (prefix.h).
 */
#ifndef CICERONE_JSON_LOG_H
#define CICERONE_JSON_LOG_H

#include "decode/envelope.h"
#include "decode/record.h"

enum json_log {
    JSON_LOG_GOROUTER,
    JSON_LOG_STENO,
    JSON_LOG_BROKEN,  /* has time and message of an entry, but is none */
    JSON_LOG_FOREIGN, /* any other object */
};

/* What the scanned object is; the record is whole if it is gorouter's or steno's. */
enum json_log json_log_decode(const struct envelope *e, struct record *record);

#endif
