package io.polaroid.timeseries.expr;

import io.polaroid.timeseries.expr.Token.Kind;
import io.polaroid.timeseries.result.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A Pratt parser: each operator has a binding power, and an operand is taken as long as what follows binds tighter. */
final class Parser {
    /** Bounds the depth of the tree, and so the stack that binding and running it need. */
    static final int MOST_OPERATORS = 500;

    static final int MOST_CHARACTERS = 65_536;

    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int IS = 4;
    private static final int COMPARE = 5;
    private static final int MEMBER = 6;
    private static final int SUM = 7;
    private static final int PRODUCT = 8;
    private static final int SIGN = 9;

    private static final Set<String> RESERVED = Set.of(
            "AND", "OR", "NOT", "IS", "IN", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END", "NULL", "TRUE", "FALSE");

    private record Infix(BinaryOperator operator, int power) {}

    private static final Map<String, Infix> INFIX = Map.ofEntries(
            Map.entry("OR", new Infix(BinaryOperator.OR, OR)),
            Map.entry("AND", new Infix(BinaryOperator.AND, AND)),
            Map.entry("=", new Infix(BinaryOperator.EQUAL, COMPARE)),
            Map.entry("<>", new Infix(BinaryOperator.NOT_EQUAL, COMPARE)),
            Map.entry("!=", new Infix(BinaryOperator.NOT_EQUAL, COMPARE)),
            Map.entry("<", new Infix(BinaryOperator.LESS, COMPARE)),
            Map.entry("<=", new Infix(BinaryOperator.LESS_OR_EQUAL, COMPARE)),
            Map.entry(">", new Infix(BinaryOperator.GREATER, COMPARE)),
            Map.entry(">=", new Infix(BinaryOperator.GREATER_OR_EQUAL, COMPARE)),
            Map.entry("+", new Infix(BinaryOperator.ADD, SUM)),
            Map.entry("-", new Infix(BinaryOperator.SUBTRACT, SUM)),
            Map.entry("*", new Infix(BinaryOperator.MULTIPLY, PRODUCT)),
            Map.entry("/", new Infix(BinaryOperator.DIVIDE, PRODUCT)),
            Map.entry("%", new Infix(BinaryOperator.REMAINDER, PRODUCT)));

    private final List<Token> tokens;
    private int next;
    private int operators;

    private Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static Expr parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw Rejected.at(
                    Place.NONE,
                    "the expression has " + text.length() + " characters; at most " + MOST_CHARACTERS + " are taken");
        }
        var parser = new Parser(Tokenizer.tokens(text));
        Expr expr = parser.expression(0);
        if (parser.peek().kind() != Kind.END) {
            throw Rejected.at(
                    parser.peek().place(), "unexpected " + parser.peek().shown() + "; expected an operator or the end");
        }
        return expr;
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        return tokens.get(next++);
    }

    private Expr expression(int power) {
        Expr left = prefix();
        while (true) {
            Token token = peek();
            int binds = power(token);
            if (binds <= power) {
                return left;
            }
            deeper(token);
            take();
            left = infix(left, token, binds);
        }
    }

    private void deeper(Token token) {
        if (++operators > MOST_OPERATORS) {
            throw Rejected.at(
                    token.place(),
                    "the expression has more than " + MOST_OPERATORS + " operators; split it into several");
        }
    }

    private int power(Token token) {
        if (token.kind() == Kind.SYMBOL || token.kind() == Kind.WORD) {
            String word = token.text().toUpperCase(Locale.ROOT);
            Infix infix = INFIX.get(word);
            if (infix != null) {
                return infix.power();
            }
            if (token.kind() == Kind.WORD) {
                return switch (word) {
                    case "IS" -> IS;
                    case "IN", "BETWEEN" -> MEMBER;
                    case "NOT" ->
                        tokens.get(next + 1).isWord("IN")
                                        || tokens.get(next + 1).isWord("BETWEEN")
                                ? MEMBER
                                : 0;
                    default -> 0;
                };
            }
        }
        return 0;
    }

    private Expr infix(Expr left, Token token, int binds) {
        String word = token.text().toUpperCase(Locale.ROOT);
        return switch (word) {
            case "IS" -> isNull(left, token);
            case "IN" -> in(left, token);
            case "BETWEEN" -> between(left, token);
            case "NOT" -> {
                Token member = take();
                Expr inner = member.isWord("IN") ? in(left, member) : between(left, member);
                yield new Expr.Unary(UnaryOperator.NOT, inner, token.place());
            }
            default -> {
                Infix infix = Objects.requireNonNull(INFIX.get(word));
                yield new Expr.Binary(infix.operator(), left, expression(binds), token.place());
            }
        };
    }

    private Expr isNull(Expr operand, Token is) {
        boolean not = takeWord("NOT");
        expectWord("NULL", not ? "IS NOT" : "IS");
        return new Expr.Unary(not ? UnaryOperator.IS_NOT_NULL : UnaryOperator.IS_NULL, operand, is.place());
    }

    private Expr in(Expr operand, Token in) {
        expectSymbol("(", "IN");
        return new Expr.In(operand, list("the list of IN"), in.place());
    }

    private Expr between(Expr operand, Token between) {
        Expr low = expression(MEMBER);
        expectWord("AND", "the lower bound of BETWEEN");
        return new Expr.Between(operand, low, expression(MEMBER), between.place());
    }

    /** Expressions up to and with the closing parenthesis. */
    private List<Expr> list(String what) {
        var items = new ArrayList<Expr>();
        do {
            items.add(expression(0));
        } while (takeSymbol(","));
        expectSymbol(")", what);
        return items;
    }

    private Expr prefix() {
        Token token = take();
        return switch (token.kind()) {
            case WHOLE -> whole(token, "");
            case DECIMAL -> decimal(token, "");
            case TEXT -> new Expr.Literal(token.text(), token.place());
            case QUOTED_NAME -> new Expr.Column(token.text(), token.place());
            case SYMBOL -> prefixSymbol(token);
            case WORD -> word(token);
            case END -> throw Rejected.at(token.place(), "the expression ends where a value was expected");
        };
    }

    private Expr prefixSymbol(Token token) {
        deeper(token);
        switch (token.text()) {
            case "(" -> {
                Expr inner = expression(0);
                expectSymbol(")", "the expression in parentheses");
                return inner;
            }
            case "-" -> {
                if (peek().kind() == Kind.WHOLE) {
                    return whole(take(), "-");
                }
                if (peek().kind() == Kind.DECIMAL) {
                    return decimal(take(), "-");
                }
                return new Expr.Unary(UnaryOperator.NEGATE, expression(SIGN), token.place());
            }
            case "+" -> {
                return expression(SIGN);
            }
            default -> throw Rejected.at(token.place(), "unexpected " + token.shown() + "; expected a value");
        }
    }

    private static Expr whole(Token token, String sign) {
        try {
            return new Expr.Literal(Long.parseLong(sign + token.text()), token.place());
        } catch (NumberFormatException tooLarge) {
            throw Rejected.at(
                    token.place(),
                    "whole number " + sign + token.text() + " does not fit in 64 bits; write it with a point");
        }
    }

    private static Expr decimal(Token token, String sign) {
        double value = Double.parseDouble(sign + token.text());
        if (Double.isInfinite(value)) {
            throw Rejected.at(token.place(), "number " + sign + token.text() + " is beyond the range of a double");
        }
        return new Expr.Literal(value, token.place());
    }

    private Expr word(Token token) {
        return switch (token.text().toUpperCase(Locale.ROOT)) {
            case "TRUE" -> new Expr.Literal(true, token.place());
            case "FALSE" -> new Expr.Literal(false, token.place());
            case "NULL" -> new Expr.Null(token.place());
            case "NOT" -> {
                deeper(token);
                yield new Expr.Unary(UnaryOperator.NOT, expression(NOT), token.place());
            }
            case "CASE" -> cases(token);
            default -> nameOrCall(token);
        };
    }

    private Expr cases(Token token) {
        var branches = new ArrayList<Expr.When>();
        while (takeWord("WHEN")) {
            deeper(token);
            Expr condition = expression(0);
            expectWord("THEN", "the condition of WHEN");
            branches.add(new Expr.When(condition, expression(0)));
        }
        if (branches.isEmpty()) {
            throw Rejected.at(peek().place(), "expected WHEN after CASE, not " + peek().shown());
        }
        Expr otherwise = takeWord("ELSE") ? expression(0) : new Expr.Null(token.place());
        expectWord("END", "CASE");
        return new Expr.Case(branches, otherwise, token.place());
    }

    private Expr nameOrCall(Token token) {
        if (RESERVED.contains(token.text().toUpperCase(Locale.ROOT))) {
            throw Rejected.at(token.place(), "unexpected " + token.shown() + "; expected a value");
        }
        if (!takeSymbol("(")) {
            return new Expr.Column(token.text(), token.place());
        }
        deeper(token);
        Function function = Function.named(token.text())
                .orElseThrow(() -> Rejected.at(
                        token.place(),
                        "unknown function " + token.shown() + NearestName.hint(token.text(), Function.names())));
        List<Expr> arguments = arguments(function, token);
        if (!function.takes(arguments.size())) {
            throw Rejected.at(
                    token.place(), function.text() + " takes " + function.arity() + ", not " + arguments.size());
        }
        return new Expr.Call(function, arguments, token.place());
    }

    private List<Expr> arguments(Function function, Token token) {
        if (takeSymbol(")")) {
            if (function == Function.COUNT) {
                throw Rejected.at(token.place(), "count takes a column or *; write count(*) for the number of rows");
            }
            return List.of();
        }
        if (function == Function.COUNT && takeSymbol("*")) {
            expectSymbol(")", "count(*");
            return List.of();
        }
        return list("the arguments of " + function.text());
    }

    private boolean takeSymbol(String symbol) {
        boolean found = peek().isSymbol(symbol);
        next += found ? 1 : 0;
        return found;
    }

    private boolean takeWord(String word) {
        boolean found = peek().isWord(word);
        next += found ? 1 : 0;
        return found;
    }

    private void expectSymbol(String symbol, String after) {
        if (!takeSymbol(symbol)) {
            throw Rejected.at(peek().place(), "expected '" + symbol + "' after " + after + ", not " + peek().shown());
        }
    }

    private void expectWord(String word, String after) {
        if (!takeWord(word)) {
            throw Rejected.at(peek().place(), "expected " + word + " after " + after + ", not " + peek().shown());
        }
    }
}
