"""The parts of a program in C that are the same for all: checked arithmetic, and JSON in and out."""

PRELUDE = r"""
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STREAMS = @STREAMS@, ANSWERS = @ANSWERS@ };
@TEXTS@

static long line_number = 1, step_number = 0;

static _Noreturn void stop(const char *why) {
    fflush(stdout);
    fprintf(stderr, "line %ld, step %ld: %s\n", line_number, step_number, why);
    exit(2);
}
static _Noreturn void overflow(void) { stop("a number has more than 64 bits"); }

#define OWN static inline __attribute__((unused)) int64_t
OWN add_of(int64_t a, int64_t b) { int64_t r; if (__builtin_add_overflow(a, b, &r)) overflow(); return r; }
OWN sub_of(int64_t a, int64_t b) { int64_t r; if (__builtin_sub_overflow(a, b, &r)) overflow(); return r; }
OWN mul_of(int64_t a, int64_t b) { int64_t r; if (__builtin_mul_overflow(a, b, &r)) overflow(); return r; }
OWN neg_of(int64_t a) { return sub_of(0, a); }
OWN abs_of(int64_t a) { return a < 0 ? sub_of(0, a) : a; }
OWN max_of(int64_t a, int64_t b) { return b > a ? b : a; }
OWN min_of(int64_t a, int64_t b) { return b < a ? b : a; }
OWN floordiv_of(int64_t a, int64_t b) {
    if (b == 0) stop("division by zero");
    if (b == -1) return sub_of(0, a);
    int64_t q = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}
OWN mod_of(int64_t a, int64_t b) {
    if (b == 0) stop("division by zero");
    if (b == -1) return 0;
    int64_t r = a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
OWN pow_of(int64_t a, int64_t b) {
    if (b < 0) stop("a power with a negative exponent");
    if (a == 0 || a == 1 || a == -1) return b == 0 ? 1 : a == -1 && b % 2 == 0 ? 1 : a;
    int64_t r = 1;
    while (b-- > 0) r = mul_of(r, a);
    return r;
}
OWN shl_of(int64_t a, int64_t b) {
    if (b < 0) stop("a shift by a negative number");
    while (a != 0 && b-- > 0) a = add_of(a, a);
    return a;
}
OWN shr_of(int64_t a, int64_t b) {
    if (b < 0) stop("a shift by a negative number");
    if (b > 63) b = 63;
    return a >= 0 ? a >> b : ~(~a >> b);
}
OWN place(int64_t i, int64_t size) { /* places from the end are negative */
    if (i < 0) i += size;
    if (i < 0 || i >= size) stop("no data showed what comes here");
    return i;
}
"""

MAIN = r"""
static int c; /* the character that is looked at */

static void advance(void) { c = getchar(); }
static void blank(void) { while (c == ' ' || c == '\t' || c == '\r') advance(); }

static int64_t number(void) {
    int negative = c == '-';
    int64_t r = 0;
    if (negative) advance();
    if (c < '0' || c > '9') stop("the input is not a whole number");
    int zero = c == '0', digits = 0;
    while (c >= '0' && c <= '9') {
        if (__builtin_mul_overflow(r, (int64_t)10, &r)) overflow();
        if (negative ? __builtin_sub_overflow(r, (int64_t)(c - '0'), &r)
                     : __builtin_add_overflow(r, (int64_t)(c - '0'), &r)) overflow();
        digits++;
        advance();
    }
    if ((zero && digits > 1) || c == '.' || c == 'e' || c == 'E') stop("the input is not a whole number");
    return r;
}

static char *text = NULL; /* the string that was read */
static size_t size = 0, room = 0;

static void keep(unsigned byte) {
    if (size == room) {
        room = 2 * room + 64;
        text = realloc(text, room);
        if (text == NULL) stop("there is not enough memory");
    }
    text[size++] = (char)byte;
}
static void keep_point(unsigned long p) { /* as UTF-8 */
    if (p < 0x80) keep((unsigned)p);
    else if (p < 0x800) { keep(0xC0 | (unsigned)(p >> 6)); keep(0x80 | (p & 63)); }
    else {
        if (p < 0x10000) keep(0xE0 | (unsigned)(p >> 12));
        else { keep(0xF0 | (unsigned)(p >> 18)); keep(0x80 | ((p >> 12) & 63)); }
        keep(0x80 | ((p >> 6) & 63));
        keep(0x80 | (p & 63));
    }
}
static unsigned long four(void) {
    unsigned long p = 0;
    for (int n = 0; n < 4; n++) {
        advance();
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
                  : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) stop("no JSON that can be read");
        p = 16 * p + (unsigned)digit;
    }
    return p;
}
static int64_t symbol(int stream) {
    if (c != '"') stop("the input is none of the symbols that the program knows");
    size = 0;
    for (advance(); c != '"'; advance()) {
        if (c == EOF || (c >= 0 && c < 32)) stop("no JSON that can be read");
        if (c != '\\') { keep((unsigned)c); continue; }
        advance();
        switch (c) {
        case 'b': keep('\b'); break;
        case 'f': keep('\f'); break;
        case 'n': keep('\n'); break;
        case 'r': keep('\r'); break;
        case 't': keep('\t'); break;
        case '"': case '\\': case '/': keep((unsigned)c); break;
        case 'u': {
            unsigned long p = four();
            if (p >= 0xD800 && p < 0xDC00) {
                advance();
                int first = c;
                advance();
                if (first != '\\' || c != 'u') stop("no JSON that can be read");
                unsigned long low = four();
                if (low < 0xDC00 || low > 0xDFFF) stop("no JSON that can be read");
                p = 0x10000 + ((p - 0xD800) << 10) + (low - 0xDC00);
            }
            keep_point(p);
            break;
        }
        default: stop("no JSON that can be read");
        }
    }
    advance();
    for (const int *one = KNOWN[stream]; *one >= 0; one++)
        if (TEXTS[*one].size == size && (size == 0 || memcmp(TEXTS[*one].text, text, size) == 0)) return *one;
    stop("the input is none of the symbols that the program knows");
}
static int64_t value(int stream) { return KNOWN[stream][0] < 0 ? number() : symbol(stream); }

static void read_step(int64_t *x) {
    if (STREAMS == 1) { x[0] = value(0); return; }
    if (c != '[') stop("the input is no list of as many values as there are streams");
    for (int stream = 0; stream < STREAMS; stream++) {
        advance();
        blank();
        x[stream] = value(stream);
        blank();
        if (c != (stream + 1 < STREAMS ? ',' : ']'))
            stop("the input is no list of as many values as there are streams");
    }
    advance();
}

int main(void) {
    int64_t x[STREAMS], *answers = NULL;
    size_t many = 0;
    for (advance(); c != EOF;) {
        blank();
        if (c == '\n') { line_number++; advance(); continue; }
        if (c == EOF) break;
        step_number = 0;
        if (c != '[') stop("expected a list of inputs");
        start();
        size_t count = 0;
        advance();
        blank();
        while (c != ']') {
            if (count > 0) {
                if (c != ',') stop("no JSON that can be read");
                advance();
                blank();
            }
            step_number++;
            read_step(x);
            if (count == many) {
                many = 2 * many + 64;
                answers = realloc(answers, many * ANSWERS * sizeof *answers);
                if (answers == NULL) stop("there is not enough memory");
            }
            step(x, answers + count * ANSWERS);
            count++;
            blank();
        }
        advance();
        blank();
        if (c != '\n' && c != EOF) stop("no JSON that can be read");
        putchar('[');
        for (size_t n = 0; n < count; n++) {
            if (n > 0) fputs(", ", stdout);
            print_answer(answers + n * ANSWERS);
        }
        puts("]");
    }
    if (fflush(stdout) != 0 || ferror(stdout)) { fputs("the answers cannot be written\n", stderr); return 2; }
    free(answers);
    free(text);
    return 0;
}
"""
