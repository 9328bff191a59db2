/* What JavaRosa makes of forms and expressions: driven by lines of fields between tabs, answers in lines.
 *
 *   form FILE                    begins a new response to a form
 *   answer PATH TYPE VALUE       gives an answer, as the control of that type would
 *   eval PATH XPATH              an expression in the context of a question
 *   state                        every question: its path, whether it is relevant, its value, what is wrong,
 *                                what it offers and how it is asked
 *
 * In fields, \t \n and \\ are escaped. Each command is answered by lines that end with one "." alone.
 */

import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.javarosa.core.model.*;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.*;
import org.javarosa.core.model.utils.DateUtils;
import org.javarosa.model.xform.XPathReference;
import org.javarosa.xform.util.XFormUtils;
import org.javarosa.xpath.XPathNodeset;
import org.javarosa.xpath.XPathParseTool;
import org.javarosa.xpath.expr.XPathFuncExpr;

public class Engine {
    private static FormDef form;
    private static PrintStream out;

    public static void main(String[] arguments) throws Exception {
        out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
        // Whatever the library says goes elsewhere.
        System.setOut(System.err);
        org.javarosa.core.services.PropertyManager.setPropertyManager(new org.opendatakit.validate.StubPropertyManager());
        new org.javarosa.core.util.JavaRosaCoreModule().registerModule();
        new org.javarosa.model.xform.XFormsModule().registerModule();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] fields = line.split("\t", -1);
            for (int i = 0; i < fields.length; i++) {
                fields[i] = unescape(fields[i]);
            }
            try {
                run(fields);
            } catch (Throwable error) {
                say("error", error.getClass().getSimpleName(), String.valueOf(error.getMessage()));
            }
            out.println(".");
            out.flush();
        }
    }

    private static void run(String[] fields) throws Exception {
        switch (fields[0]) {
            case "form":
                form = XFormUtils.getFormFromInputStream(new FileInputStream(fields[1]));
                form.initialize(true, new InstanceInitializationFactory());
                break;
            case "answer":
                form.setValue(data(fields[2], fields[3]), reference(fields[1]), true);
                break;
            case "eval":
                EvaluationContext context = new EvaluationContext(form.getEvaluationContext(), reference(fields[1]));
                Object value = XPathParseTool.parseXPath(fields[2]).eval(form.getMainInstance(), context);
                say(kind(value), shown(value));
                break;
            case "state":
                state(form.getMainInstance().getRoot());
                break;
            default:
                throw new IllegalArgumentException(fields[0]);
        }
    }

    private static TreeReference reference(String path) {
        TreeReference reference = XPathReference.getPathExpr(path).getReference();
        return reference;
    }

    private static IAnswerData data(String type, String text) {
        List<Selection> chosen = new ArrayList<>();
        switch (type) {
            case "int": return new IntegerData(Integer.parseInt(text));
            case "decimal": return new DecimalData(Double.parseDouble(text));
            case "date": return new DateData(DateUtils.parseDate(text));
            case "time": return new TimeData(DateUtils.parseTime(text));
            case "dateTime": return new DateTimeData(DateUtils.parseDateTime(text));
            case "one": return new SelectOneData(new Selection(text));
            case "many":
                for (String name : text.split(" ")) {
                    chosen.add(new Selection(name));
                }
                return new MultipleItemsData(chosen);
            default: return new StringData(text);
        }
    }

    private static String kind(Object value) {
        if (value instanceof XPathNodeset) {
            value = ((XPathNodeset) value).unpack();
        }
        return value instanceof Boolean ? "boolean" : value instanceof Double ? "number" : value instanceof Date ? "date" : "text";
    }

    private static String shown(Object value) {
        if (value instanceof XPathNodeset) {
            value = ((XPathNodeset) value).unpack();
        }
        if (value instanceof Date) {
            return DateUtils.format((Date) value, "%Y-%m-%dT%H:%M:%S");
        }
        return value instanceof Double ? Double.toString((Double) value) : XPathFuncExpr.toString(value);
    }

    /* The leaves, and of selects what they offer. */
    private static void state(TreeElement element) throws Exception {
        TreeReference reference = element.getRef();
        String path = reference.toString(false);
        if (element.getNumChildren() > 0) {
            for (int i = 0; i < element.getNumChildren(); i++) {
                state(element.getChildAt(i));
            }
            return;
        }
        IAnswerData data = element.getValue();
        boolean relevant = element.isRelevant();
        String value = data == null ? "" : data.uncast().getString();
        boolean fits = data == null || form.evaluateConstraint(reference, data);
        QuestionDef question = FormDef.findQuestionByRef(reference, form);
        String offered = null;
        if (question != null && question.getDynamicChoices() != null && relevant) {
            StringBuilder names = new StringBuilder();
            for (SelectChoice choice : question.getDynamicChoices().getChoices(form, reference)) {
                names.append(names.length() == 0 ? "" : "|").append(choice.getValue());
            }
            offered = names.toString();
        }
        say("node", path, relevant ? "relevant" : "hidden", value, fits ? "" : "constraint", data == null && element.isRequired() ? "required" : "",
            offered == null ? "-" : "=" + offered, question == null ? "" : label(question, reference));
    }

    /* What is asked, with the answers that it quotes. */
    private static String label(QuestionDef question, TreeReference reference) {
        String id = question.getTextID();
        return id == null ? "" : form.fillTemplateString(form.getLocalizer().getText(id), reference);
    }

    private static void say(String... fields) {
        for (int i = 0; i < fields.length; i++) {
            fields[i] = fields[i].replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "");
        }
        out.println(String.join("\t", fields));
    }

    private static String unescape(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 1 < field.length()) {
                char next = field.charAt(++i);
                text.append(next == 't' ? '\t' : next == 'n' ? '\n' : next);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
